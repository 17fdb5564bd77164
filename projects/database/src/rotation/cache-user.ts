/** Passwords of cache users, set through ElastiCache, and their rotation: for the overlap a user has two. */
import { DescribeUsersCommand, ModifyUserCommand, type ElastiCacheClient } from "@aws-sdk/client-elasticache";
import type { RotationEnvironment } from "@records/contracts";
import { Redis } from "ioredis";
import { pollUntil } from "./poll.ts";
import { Credential, newPassword, parseValue } from "./secret-values.ts";
import type { Rotator } from "./steps.ts";

const ACTIVE_WITHIN_MS = 30_000;
const CONNECT_WITHIN_MS = 5_000;

export interface CacheUser {
  readonly userId: string;
  readonly userName: string;
  readonly secretArn: string;
}

export function cacheUsers(environment: RotationEnvironment): readonly CacheUser[] {
  return [
    { userName: "srs-api", userId: environment.CACHE_API_USER_ID, secretArn: environment.CACHE_API_SECRET_ARN },
    {
      userName: "srs-invalidator",
      userId: environment.CACHE_INVALIDATOR_USER_ID,
      secretArn: environment.CACHE_INVALIDATOR_SECRET_ARN,
    },
  ];
}

/** The password before stays good until the next rotation, so that nobody is shut out who has not looked since. */
export function cacheUser(environment: RotationEnvironment, cache: ElastiCacheClient, user: CacheUser): Rotator {
  const read = (text: string) => parseValue(Credential, text, user.secretArn);
  return {
    next: (current) => Promise.resolve(JSON.stringify({ ...read(current), password: newPassword() })),
    set: (next, current) => setCachePasswords(cache, user.userId, [read(current).password, read(next).password]),
    test: (value) => tryLogin({ host: environment.CACHE_HOST, port: environment.CACHE_PORT }, read(value)),
  };
}

/** Resolves when the servers know them. Replaces every password the user had; ElastiCache takes two at most. */
export async function setCachePasswords(
  cache: ElastiCacheClient,
  userId: string,
  passwords: readonly string[],
): Promise<void> {
  await waitUntilActive(cache, userId);
  await cache.send(
    new ModifyUserCommand({ UserId: userId, AuthenticationMode: { Type: "password", Passwords: [...passwords] } }),
  );
  await waitUntilActive(cache, userId);
}

/** ElastiCache takes no change while it works on the last one, and works on one after it has answered. */
async function waitUntilActive(cache: ElastiCacheClient, userId: string): Promise<void> {
  await pollUntil(ACTIVE_WITHIN_MS, async () => {
    const { Users } = await cache.send(new DescribeUsersCommand({ UserId: userId }));
    const status = Users?.[0]?.Status;
    if (status === "active") return undefined;
    return new Error(
      `The cache user ${userId} is "${status ?? "unknown"}" after ${ACTIVE_WITHIN_MS} ms; expected "active". ` +
        "Look at the user's events in ElastiCache, then rotate or bootstrap again.",
    );
  });
}

async function tryLogin(
  { host, port }: { host: string; port: number },
  { username, password }: Credential,
): Promise<void> {
  const redis = new Redis({
    ...{ host, port, username, password, tls: { minVersion: "TLSv1.2" }, lazyConnect: true },
    // The invalidator's user may run neither INFO nor CLIENT.
    ...{ enableReadyCheck: false, disableClientInfo: true, protocol: 2, connectTimeout: CONNECT_WITHIN_MS },
    ...{ maxRetriesPerRequest: 0, retryStrategy: () => null },
  });
  // The server's own words (WRONGPASS) come as an event; the promise only says that the connection is closed.
  let said: Error | undefined;
  redis.on("error", (error: Error) => (said = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new Error(`No login as ${username} at ${host}:${port}: ${(said ?? (error as Error)).message}`, {
      cause: error,
    });
  } finally {
    redis.disconnect();
  }
}
