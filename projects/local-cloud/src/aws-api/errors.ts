import { randomUUID } from "node:crypto";
import type { ApiResponse } from "../cloud.ts";

/** How a caller expects an error to look: AWS services speak three dialects. */
export type Dialect = "json" | "query" | "s3";

export function dialectOf(service: string, headers: Readonly<Record<string, string>>): Dialect {
  if (headers["x-amz-target"] !== undefined) return "json";
  if (service === "s3") return "s3";
  return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true ? "query" : "json";
}

export interface AwsFault {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export function faultResponse(dialect: Dialect, { code, message, status }: AwsFault): ApiResponse {
  const requestId = randomUUID();
  if (dialect === "json") {
    return {
      status,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": code,
        "x-amzn-requestid": requestId,
      },
      body: JSON.stringify({ __type: code, message }),
    };
  }
  const fault = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const xml =
    dialect === "s3"
      ? `<Error>${fault}<RequestId>${requestId}</RequestId></Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${fault}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same refusal under the name each dialect gives it. */
export const FAULTS = {
  unknownAccessKey: (dialect: Dialect): AwsFault => ({
    code: { json: "UnrecognizedClientException", query: "InvalidClientTokenId", s3: "InvalidAccessKeyId" }[dialect],
    message: "The security token included in the request is invalid.",
    status: dialect === "json" ? 400 : 403,
  }),
  wrongSignature: (dialect: Dialect): AwsFault => ({
    code: dialect === "json" ? "InvalidSignatureException" : "SignatureDoesNotMatch",
    message:
      "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method.",
    status: dialect === "json" ? 400 : 403,
  }),
  expiredSignature: (dialect: Dialect): AwsFault => ({
    code: { json: "InvalidSignatureException", query: "SignatureDoesNotMatch", s3: "RequestTimeTooSkewed" }[dialect],
    message: "Signature expired, or signed too far in the future: compare the clocks of client and server.",
    status: dialect === "json" ? 400 : 403,
  }),
  unsigned: (dialect: Dialect): AwsFault => ({
    code: dialect === "s3" ? "AccessDenied" : "MissingAuthenticationTokenException",
    message: "The request carries no AWS Signature Version 4; anonymous calls are refused.",
    status: 403,
  }),
  notServed: (service: string, action: string): AwsFault => ({
    code: "NotImplemented",
    message:
      `The local cloud does not serve ${service}: ${action}. Services with a handler of their own or a place in ` +
      `moto answer; add one under services/${service}/ (Service.api).`,
    status: 501,
  }),
  backendDown: (): AwsFault => ({
    code: "ServiceUnavailable",
    message: "moto does not answer at the moment; the cloud starts it again. Its log is moto.log.",
    status: 503,
  }),
};
