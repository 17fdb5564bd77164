/** The connection to Redis: encrypted, verified, and never waited for longer than the database would take. */
import { Type, type Static } from "typebox";
import { Redis } from "ioredis";
import type { Secret } from "../aws/secrets.ts";

export const CacheLogin = Type.Object({
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});
export type CacheLogin = Static<typeof CacheLogin>;

export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  /** Off for a server of a test alone. */
  readonly tls: boolean;
}

/** Of a read; the marker of a write is waited for longer, because the replicas have to confirm it. */
const COMMAND_TIMEOUT_MS = 50;
export const MARKER_TIMEOUT_MS = 100;
const CONNECT_TIMEOUT_MS = 1_000;

/** @param secret undefined for a server of a test that knows no users */
export async function connectCache(
  endpoint: CacheEndpoint,
  secret: Pick<Secret<typeof CacheLogin>, "current" | "forget"> | undefined,
  commandTimeout = COMMAND_TIMEOUT_MS,
): Promise<Redis> {
  const login = (await secret?.current())?.value;
  const redis = new Redis({
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.tls ? { tls: { minVersion: "TLSv1.2" } } : {}),
    ...login,
    lazyConnect: true,
    enableAutoPipelining: true,
    // Fail at once instead of queueing: the database answers meanwhile.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // INFO and CLIENT are not among the rights of the API's user.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    retryStrategy: (attempts) => Math.min(attempts * 50, 1_000),
  });
  const takeLogin = () =>
    void secret?.current().then(
      ({ value }) => Object.assign(redis.options, value),
      () => undefined,
    );
  // The password may have been rotated since this connection was opened; a refused one surely has been. Either way the
  // next attempt to connect takes what the secret says now.
  redis.on("close", takeLogin);
  redis.on("error", (error: Error) => {
    if (!/WRONGPASS|NOAUTH/.test(error.message)) return;
    secret?.forget();
    takeLogin();
  });
  // Starting does not depend on Redis: when it is away, records come from the database.
  await redis.connect().catch(() => undefined);
  return redis;
}
