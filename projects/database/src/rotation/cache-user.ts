/** Passwords of cache users, set through ElastiCache. */
import { DescribeUsersCommand, ModifyUserCommand, type ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { setTimeout as delay } from "node:timers/promises";

const ACTIVE_TIMEOUT_MS = 30_000;
const POLL_MS = 500;

/** Resolves when the servers know it. Replaces every password the user had. */
export async function setCachePassword(cache: ElastiCacheClient, userId: string, password: string): Promise<void> {
  await waitUntilActive(cache, userId);
  await cache.send(
    new ModifyUserCommand({ UserId: userId, AuthenticationMode: { Type: "password", Passwords: [password] } }),
  );
  await waitUntilActive(cache, userId);
}

/** ElastiCache takes no change while it works on the last one, and works on one after it has answered. */
async function waitUntilActive(cache: ElastiCacheClient, userId: string): Promise<void> {
  const deadline = Date.now() + ACTIVE_TIMEOUT_MS;
  for (;;) {
    const { Users } = await cache.send(new DescribeUsersCommand({ UserId: userId }));
    const status = Users?.[0]?.Status;
    if (status === "active") return;
    if (Date.now() > deadline) {
      throw new Error(
        `The cache user ${userId} is "${status ?? "unknown"}" after ${ACTIVE_TIMEOUT_MS} ms; expected "active". ` +
          "Look at the user's events in ElastiCache, then run the bootstrap again.",
      );
    }
    await delay(POLL_MS);
  }
}
