/** The clients and stores a process works with: made once at start from its environment, closed once at its end. */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApiEnvironment } from "@records/contracts";
import type { Redis } from "ioredis";
import { AuditLog } from "./audit/audit-log.ts";
import { Secret } from "./aws/secrets.ts";
import { CacheLogin, connectCache, MARKER_TIMEOUT_MS, type CacheEndpoint } from "./cache/connect.ts";
import { Markers } from "./cache/markers.ts";
import { CacheMender } from "./cache/mending.ts";
import { StudentCache } from "./cache/student-cache.ts";
import type { Endpoint } from "./database/connect.ts";
import { AlternatingLogins, DatabaseLogin, type Logins } from "./database/logins.ts";
import { Reader } from "./database/reader.ts";
import { Transactions } from "./database/transactions.ts";
import { Health } from "./health.ts";
import { silentMetrics, type Metrics } from "./metrics/metrics.ts";
import type { CursorKeys } from "./paging/cursor.ts";
import { DatabaseCursorKeys } from "./repositories/cursor-keys.ts";
import { fetchKeysOf, RemoteIssuerKeys, type IssuerKeys } from "./tokens/issuer-keys.ts";
import { TokenVerifier } from "./tokens/verify-token.ts";

export interface Dependencies {
  /** Environment suffix: part of cache keys and of an event's source. */
  readonly environment: string;
  /** The writer's endpoint, for reads that must see every commit. */
  readonly primary: Reader;
  /** Replicas, a moment behind. */
  readonly replica: Reader;
  readonly transactions: Transactions;
  readonly auditLog: AuditLog;
  readonly cache: StudentCache;
  readonly markers: Markers;
  readonly cacheMender: CacheMender;
  readonly tokens: TokenVerifier;
  readonly cursorKeys: CursorKeys;
  readonly health: Health;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/** Where everything is: read from the environment by the server, given by tests. */
export interface Surroundings {
  readonly environment: string;
  readonly primary: Endpoint;
  readonly replica: Endpoint;
  readonly logins: Logins;
  readonly redis: Redis;
  /** For the markers of writes. */
  readonly markerRedis: Redis;
  /** Replicas of the cache that must have a marker. None for a server of a test that has no replica. */
  readonly markerCopies: number;
  readonly issuer: string;
  readonly scopePrefix: string;
  readonly issuerKeys: IssuerKeys;
  /** Mounted file systems. */
  readonly folders: readonly string[];
  /** Hears of failures that callers do not: a cache that does not answer. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** Silent when not given. */
  readonly metrics?: Metrics;
}

/** Every environment's cache has a replica: without one a failover would lose everything. */
const MARKER_COPIES = 1;

/** Connections a task opens, eight in all: the proxy's limit is counted in these. */
const CONNECTIONS = { primaryReads: 1, replicaReads: 2, transactions: 4 } as const;

export function makeDependencies(at: Surroundings): Dependencies {
  const primary = new Reader(at.primary, at.logins, CONNECTIONS.primaryReads);
  const replica = new Reader(at.replica, at.logins, CONNECTIONS.replicaReads);
  const transactions = new Transactions(at.primary, at.logins, CONNECTIONS.transactions);
  const metrics = at.metrics ?? silentMetrics();
  const auditLog = new AuditLog(at.primary, at.logins, ({ entries, seconds }) => {
    metrics.observe("auditBatch", entries, { process: "api" });
    metrics.observe("auditCommit", seconds, { process: "api" });
  });
  const { environment } = at;
  const onFailure = (error: unknown) => at.onFailure("cache-unavailable", error);
  const cache = new StudentCache({ redis: at.redis, environment, onFailure });
  const markers = new Markers({ redis: at.markerRedis, copies: at.markerCopies, environment, onFailure });
  const cacheMender = new CacheMender(markers, transactions);
  const health = new Health({ primary, replica, auditLog, cache, folders: at.folders });
  return {
    environment,
    ...{ primary, replica, transactions, auditLog, cache, markers, cacheMender, health, metrics },
    tokens: new TokenVerifier({ issuer: at.issuer, scopePrefix: at.scopePrefix }, at.issuerKeys),
    cursorKeys: new DatabaseCursorKeys(primary),
    close: async () => {
      health.stop();
      // The audit log last: what the others are still doing may have an entry.
      await Promise.allSettled([primary.close(), replica.close(), transactions.close()]);
      await auditLog.close();
      metrics.stop();
      at.redis.disconnect();
      at.markerRedis.disconnect();
    },
  };
}

export async function surroundingsOf(
  environment: ApiEnvironment,
  onFailure: Surroundings["onFailure"],
): Promise<Surroundings> {
  const secrets = new SecretsManagerClient({ maxAttempts: 3 });
  const cacheEndpoint: CacheEndpoint = { host: environment.CACHE_HOST, port: environment.CACHE_PORT, tls: true };
  const cacheSecret = new Secret(secrets, environment.CACHE_SECRET_ARN, CacheLogin);
  const database = environment.DATABASE_NAME;
  return {
    environment: environment.ENVIRONMENT,
    primary: { host: environment.DATABASE_HOST, port: environment.DATABASE_PORT, database, tls: true },
    replica: { host: environment.DATABASE_READ_HOST, port: environment.DATABASE_READ_PORT, database, tls: true },
    logins: new AlternatingLogins(
      [environment.DATABASE_SECRET_ARN_A, environment.DATABASE_SECRET_ARN_B].map(
        (arn) => new Secret(secrets, arn, DatabaseLogin),
      ),
    ),
    redis: await connectCache(cacheEndpoint, cacheSecret),
    markerRedis: await connectCache(cacheEndpoint, cacheSecret, MARKER_TIMEOUT_MS),
    markerCopies: MARKER_COPIES,
    issuer: environment.TOKEN_ISSUER,
    scopePrefix: environment.TOKEN_SCOPE_PREFIX,
    issuerKeys: new RemoteIssuerKeys(fetchKeysOf(environment.TOKEN_ISSUER)),
    folders: [environment.CONFIG_PATH, environment.DOCUMENTS_PATH],
    onFailure,
  };
}
