/** Calls of a service that speaks the query protocol: parameters in a form, answers in XML. */
import { randomUUID } from "node:crypto";
import type { ApiHandler, ApiResponse } from "../cloud.ts";
import { escapeXml, faultResponse } from "./errors.ts";

/** A refusal by its code, as the service documents it. */
export class ApiFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type QueryAnswers = Readonly<Record<string, (parameters: URLSearchParams) => string | Promise<string>>>;

/** @param answers  by action: what stands in the result element. Other actions are passed on. */
export function queryApi(namespace: string, answers: QueryAnswers): ApiHandler {
  return async ({ action, body }) => {
    const answer = answers[action];
    if (!answer) return undefined;
    try {
      return success(namespace, action, await answer(new URLSearchParams(body.toString("utf8"))));
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      const { code, message } = error;
      return faultResponse("query", { code, message, status: /NotFound(Fault)?$/.test(code) ? 404 : 400 });
    }
  };
}

function success(namespace: string, action: string, result: string): ApiResponse {
  const body =
    `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

export function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}
