/** Checks the token with which a database user logs in through IAM: a presigned request of fifteen minutes. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { REGION } from "../../cloud.ts";
import type { CredentialStore } from "../../cloud.ts";

const TOKEN_AGE_SECONDS_MAX = 900;
/** A token may come from a machine whose clock is this much ahead. */
const CLOCK_SKEW_SECONDS_MAX = 300;
const EMPTY_BODY_SHA256 = createHash("sha256").update("").digest("hex");

export interface TokenClaim {
  /** `host:port` the client dialled; the signature covers it. */
  readonly endpoint: string;
  readonly user: string;
  readonly now: Date;
}

/** Either the principal the token speaks for, or why it does not count. The reason goes to the log, never to the client. */
export type TokenVerdict = { readonly principalArn: string } | { readonly refused: string };

export function verifyIamToken(
  token: string,
  claim: TokenClaim,
  credentials: Pick<CredentialStore, "find">,
): TokenVerdict {
  const request = URL.canParse(`https://${token}`) ? new URL(`https://${token}`) : undefined;
  if (!request) return { refused: "it is not a presigned request" };
  const parameter = (name: string): string => request.searchParams.get(name) ?? "";
  // URL drops a port that is the scheme's default; the signature covers what was dialled.
  const host = token.slice(0, token.search(/[/?]/));
  if (host !== claim.endpoint) return { refused: `it is made for ${host}, not for ${claim.endpoint}` };
  if (parameter("Action") !== "connect" || parameter("DBUser") !== claim.user) {
    return { refused: "it is made for another action or user" };
  }
  if (parameter("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256" || parameter("X-Amz-SignedHeaders") !== "host") {
    return { refused: "it is not signed as AWS4-HMAC-SHA256 over the host" };
  }

  const [accessKeyId = "", date = "", region, service, end] = parameter("X-Amz-Credential").split("/");
  if (region !== REGION || service !== "rds-db" || end !== "aws4_request") {
    return { refused: "its scope is not rds-db in this region" };
  }
  const signer = credentials.find(accessKeyId);
  if (!signer) return { refused: "its access key is not known" };
  if (!sameText(signer.sessionToken ?? "", parameter("X-Amz-Security-Token"))) {
    return { refused: "its session token does not belong to its access key" };
  }

  const signedAt = parameter("X-Amz-Date");
  const expected = sign(canonicalRequest(request, host), signedAt, date, signer.secretAccessKey);
  if (!signedAt.startsWith(date) || !sameText(expected, parameter("X-Amz-Signature"))) {
    return { refused: "its signature does not match" };
  }
  // Judged after the signature: what an unsigned token claims about its time says nothing.
  const ageSeconds = (claim.now.getTime() - parseAmzDate(signedAt)) / 1000;
  const lifetimeSeconds = Number(parameter("X-Amz-Expires"));
  if (!(lifetimeSeconds > 0 && lifetimeSeconds <= TOKEN_AGE_SECONDS_MAX))
    return { refused: "its lifetime is out of range" };
  if (!(ageSeconds >= -CLOCK_SKEW_SECONDS_MAX)) return { refused: "it is signed in the future" };
  if (!(ageSeconds <= lifetimeSeconds)) return { refused: "it has expired" };
  return { principalArn: signer.principalArn };
}

function canonicalRequest(request: URL, host: string): string {
  const query = [...request.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join("&");
  return ["GET", "/", query, `host:${host}`, "", "host", EMPTY_BODY_SHA256].join("\n");
}

function sign(request: string, signedAt: string, date: string, secretAccessKey: string): string {
  const scope = `${date}/${REGION}/rds-db/aws4_request`;
  const digest = createHash("sha256").update(request).digest("hex");
  const text = ["AWS4-HMAC-SHA256", signedAt, scope, digest].join("\n");
  const key = [date, REGION, "rds-db", "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

/** RFC 3986, as signature version 4 wants it. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseAmzDate(value: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(value);
  return parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`) : NaN;
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
