import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { AnsweredCall, ApiHandler, ApiRequest, ApiResponse, CredentialStore } from "../cloud.ts";
import type { Access } from "../access/index.ts";
import type { CallSources } from "./call-sources.ts";
import { callerIdentity } from "./caller-identity.ts";
import { CREDENTIALS_PATH } from "./container-credentials.ts";
import type { ContainerCredentials } from "./container-credentials.ts";
import { dialectOf, faultResponse, FAULTS } from "./errors.ts";
import type { AwsFault, Dialect } from "./errors.ts";
import { MOTO_SERVICES } from "./moto.ts";
import type { MotoProxy } from "./moto-proxy.ts";
import { readClaim, sha256Hex, verifySignature } from "./signature.ts";
import type { SignatureClaim } from "./signature.ts";

const BODY_BYTES_MAX = 32 * 1024 * 1024;

export interface FrontParts {
  readonly credentials: CredentialStore;
  readonly sources: CallSources;
  readonly access: Access;
  readonly containerCredentials: ContainerCredentials;
  /** Own handlers of a service, asked in order before moto. */
  readonly handlersOf: (service: string, call: { method: string; path: string }) => readonly ApiHandler[];
  /** Told of every call that succeeded. */
  readonly onCall: (call: AnsweredCall) => void;
  readonly proxy: MotoProxy;
  /** Resolves when moto can be called. */
  readonly motoReady: () => Promise<void>;
  readonly log: (message: string) => void;
}

/** One AWS API call from the socket to its answer: who signed it, may they, and who answers. */
export async function serveCall(parts: FrontParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const [path = "/", query = ""] = (incoming.url ?? "/").split(/\?(.*)/s, 2);
  if (path.startsWith(CREDENTIALS_PATH)) return send(outgoing, parts.containerCredentials.answer(path));

  const headers = plainHeaders(incoming);
  const claim = readClaim(headers, query);
  const service = claim?.service ?? "unknown";
  const dialect = dialectOf(service, headers);
  const refuse = (fault: AwsFault) => {
    incoming.resume();
    send(outgoing, faultResponse(dialect, fault));
  };
  if (claim === undefined) return refuse(FAULTS.unsigned(dialect));
  const source = await parts.sources.of(incoming, service);
  if (source === "refused") return;

  const method = incoming.method ?? "GET";
  const pathAndQuery = incoming.url ?? "/";
  const handlers = service === "sts" ? [callerIdentity] : parts.handlersOf(service, { method, path: pathAndQuery });
  // Objects may be large, and their hash is in a header: they stream. Everything else is small and hashed here.
  const streams = service === "s3" && handlers.length === 0;
  const body = streams ? undefined : await readBody(incoming);
  const unsigned = verify(parts.credentials, claim, { method, path, query, headers }, body, dialect);
  if ("code" in unsigned) return refuse(unsigned);

  const { principalArn } = unsigned;
  const action = actionOf(method, path, headers, body);
  const call = { service, action, principalArn, source, method, path, headers };
  const denied = parts.access.authorize({ ...call, query, body }, principalArn, source?.endpoint);
  if (denied !== undefined) return refuse(denied);

  const answered = (status: number) => {
    if (status < 400) parts.onCall({ ...call, path: pathAndQuery, body });
  };
  if (body !== undefined) {
    const answer = await firstAnswer(handlers, { ...call, path: pathAndQuery, body });
    if (answer !== undefined) {
      send(outgoing, answer);
      return answered(answer.status);
    }
  }
  if (!MOTO_SERVICES.has(service)) return refuse(FAULTS.notServed(service, call.action));
  await parts.motoReady();
  try {
    const served = await parts.proxy.forward(incoming, outgoing, headers.host ?? "127.0.0.1", body);
    if (served) answered(outgoing.statusCode);
    else refuse(FAULTS.notServed(service, call.action));
  } catch (error) {
    parts.log(`moto did not answer ${service}: ${(error as Error).message}`);
    if (!outgoing.headersSent) refuse(FAULTS.backendDown());
  }
}

async function firstAnswer(handlers: readonly ApiHandler[], call: ApiRequest): Promise<ApiResponse | undefined> {
  for (const handle of handlers) {
    const answer = await handle(call);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The principal behind a signature, or the refusal. */
function verify(
  credentials: CredentialStore,
  claim: SignatureClaim,
  request: { method: string; path: string; query: string; headers: Readonly<Record<string, string>> },
  body: Buffer | undefined,
  dialect: Dialect,
): { principalArn: string } | AwsFault {
  const holder = credentials.find(claim.accessKeyId);
  if (holder === undefined) return FAULTS.unknownAccessKey(dialect);
  if (holder.sessionToken !== claim.sessionToken) return FAULTS.unknownAccessKey(dialect);
  const stated = claim.expiresSeconds === undefined ? request.headers["x-amz-content-sha256"] : "UNSIGNED-PAYLOAD";
  const actual = body === undefined || claim.service === "s3" ? undefined : sha256Hex(body);
  const payloadHash = actual ?? stated ?? sha256Hex("");
  const verdict = verifySignature({ ...request, payloadHash }, claim, holder.secretAccessKey, Date.now());
  if (verdict === "valid") return { principalArn: holder.principalArn };
  return verdict === "expired" ? FAULTS.expiredSignature(dialect) : FAULTS.wrongSignature(dialect);
}

function actionOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): string {
  const target = headers["x-amz-target"];
  if (target !== undefined) return target.slice(target.lastIndexOf(".") + 1);
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true && body !== undefined) {
    const action = new URLSearchParams(body.toString()).get("Action");
    if (action !== null) return action;
  }
  return `${method} ${path}`;
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  headers.host ??= headers[":authority"] ?? "";
  return headers;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const announced = Number(incoming.headers["content-length"] ?? 0);
  if (announced > BODY_BYTES_MAX) throw new Error(`A body of ${announced} bytes is more than ${BODY_BYTES_MAX}.`);
  return buffer(incoming);
}

export function send(outgoing: ServerResponse, answer: ApiResponse): void {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  outgoing.writeHead(answer.status, { ...answer.headers, "content-length": body.length });
  outgoing.end(body);
}
