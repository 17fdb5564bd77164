import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as it arrived: what Signature Version 4 covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path as sent, still encoded, without the query. */
  readonly path: string;
  /** Query as sent, without the question mark. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body, or what stands in its place (`UNSIGNED-PAYLOAD`, `STREAMING-...`). */
  readonly payloadHash: string;
}

/** What a request claims: who signs, for which service, and the signature itself. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** ISO basic format, `20260131T120000Z`. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Set for a presigned URL, which says itself how long it is valid. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** AWS refuses a signature made more than this long before or after it arrives. */
const CLOCK_SKEW_MS_MAX = 15 * 60 * 1000;

export function sha256Hex(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** @returns undefined when the request carries no Version 4 signature */
export function readClaim(headers: Readonly<Record<string, string>>, query: string): SignatureClaim | undefined {
  const parameters = new URLSearchParams(query);
  if (parameters.get("X-Amz-Algorithm") === ALGORITHM) {
    return makeClaim({
      credential: parameters.get("X-Amz-Credential"),
      signedHeaders: parameters.get("X-Amz-SignedHeaders"),
      signature: parameters.get("X-Amz-Signature"),
      timestamp: parameters.get("X-Amz-Date"),
      sessionToken: parameters.get("X-Amz-Security-Token") ?? undefined,
      expiresSeconds: Number(parameters.get("X-Amz-Expires")),
    });
  }
  const { authorization } = headers;
  if (authorization?.startsWith(`${ALGORITHM} `) !== true) return undefined;
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length + 1)
      .split(",")
      .map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  return makeClaim({
    credential: fields.get("Credential"),
    signedHeaders: fields.get("SignedHeaders"),
    signature: fields.get("Signature"),
    timestamp: headers["x-amz-date"],
    sessionToken: headers["x-amz-security-token"],
    expiresSeconds: undefined,
  });
}

function makeClaim(fields: {
  credential: string | null | undefined;
  signedHeaders: string | null | undefined;
  signature: string | null | undefined;
  timestamp: string | null | undefined;
  sessionToken: string | undefined;
  expiresSeconds: number | undefined;
}): SignatureClaim | undefined {
  const { credential, signedHeaders, signature, timestamp, sessionToken, expiresSeconds } = fields;
  const [accessKeyId, date, region, service, terminator] = (credential ?? "").split("/");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request") return undefined;
  if (!signedHeaders || !signature || !timestamp) return undefined;
  return {
    ...{ accessKeyId, date, region, service, signature, timestamp, sessionToken, expiresSeconds },
    signedHeaders: signedHeaders.split(";"),
  };
}

export type Verdict = "valid" | "mismatch" | "expired";

/** Computes the signature anew from the secret and compares. */
export function verifySignature(
  request: SignedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
  nowMs: number,
): Verdict {
  const expected = Buffer.from(computeSignature(request, claim, secretAccessKey), "utf8");
  const presented = Buffer.from(claim.signature, "utf8");
  if (expected.length !== presented.length || !timingSafeEqual(expected, presented)) return "mismatch";
  const signedAtMs = parseTimestamp(claim.timestamp);
  if (!claim.timestamp.startsWith(claim.date) || Number.isNaN(signedAtMs)) return "mismatch";
  if (signedAtMs - nowMs > CLOCK_SKEW_MS_MAX) return "expired";
  const validMs = claim.expiresSeconds === undefined ? CLOCK_SKEW_MS_MAX : claim.expiresSeconds * 1000;
  return nowMs - signedAtMs <= validMs ? "valid" : "expired";
}

function computeSignature(request: SignedRequest, claim: SignatureClaim, secretAccessKey: string): string {
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path, claim.service),
    canonicalQuery(request.query),
    ...claim.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    claim.signedHeaders.join(";"),
    request.payloadHash,
  ].join("\n");
  const scope = [claim.date, claim.region, claim.service, "aws4_request"];
  const stringToSign = [ALGORITHM, claim.timestamp, scope.join("/"), sha256Hex(canonicalRequest)].join("\n");
  const key = scope.reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secretAccessKey}`);
  return hmac(key, stringToSign).toString("hex");
}

function hmac(key: string | Buffer, value: string): Buffer {
  return createHmac("sha256", key).update(value).digest();
}

/** S3 signs the path as sent; every other service signs it encoded once more. */
function canonicalPath(path: string, service: string): string {
  if (service === "s3") return path;
  return path.split("/").map(encodeRfc3986).join("/");
}

function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => parameter.split(/=(.*)/s, 2).map((part) => encodeRfc3986(decodeURIComponent(part))))
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name = "", value = ""]) => [name, value] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseTimestamp(timestamp: string): number {
  const iso = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(timestamp);
  return iso === null ? NaN : Date.parse(`${iso[1]}-${iso[2]}-${iso[3]}T${iso[4]}:${iso[5]}:${iso[6]}Z`);
}
