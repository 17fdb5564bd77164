import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { ACCOUNT_ID } from "../../cloud.ts";

/** The `$context` variables of one request: what gateway responses, mappings and the access log may say about it. */
export class RequestContext {
  readonly requestId = randomUUID();
  readonly extendedRequestId = `${randomBytes(11).toString("base64url")}=`;
  readonly traceId: string;
  readonly startedAt = Date.now();
  readonly #values = new Map<string, string>();

  constructor(request: IncomingMessage, apiId: string) {
    const socket = request.socket as TLSSocket;
    const path = request.url?.split("?", 1)[0];
    this.traceId = `Root=1-${Math.floor(this.startedAt / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
    this.set({
      accountId: ACCOUNT_ID,
      apiId,
      requestId: this.requestId,
      extendedRequestId: this.extendedRequestId,
      requestTime: commonLogTime(new Date(this.startedAt)),
      requestTimeEpoch: this.startedAt,
      httpMethod: request.method,
      path,
      protocol: `HTTP/${request.httpVersion}`,
      domainName: request.headers.host,
      "identity.sourceIp": socket.remoteAddress,
      "identity.userAgent": request.headers["user-agent"],
      tlsVersion: socket.getProtocol() ?? undefined,
      cipherSuite: socket.getCipher().standardName,
    });
  }

  set(values: Readonly<Record<string, string | number | undefined>>): void {
    for (const [variable, value] of Object.entries(values)) {
      if (value !== undefined) this.#values.set(variable, String(value));
    }
  }

  readonly get = (variable: string): string | undefined => this.#values.get(variable);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `09/Apr/2026:12:34:56 +0000`, as `$context.requestTime` is written. */
function commonLogTime(date: Date): string {
  const [day, time] = date.toISOString().split(/[T.]/);
  const [year, , dayOfMonth] = day?.split("-") ?? [];
  return `${dayOfMonth}/${MONTHS[date.getUTCMonth()]}/${year}:${time} +0000`;
}
