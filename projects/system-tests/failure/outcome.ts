/** What holds after every failure, whatever it was: nothing lost, nothing stale, everything audited. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { auditOf } from "../src/auditor.ts";
import type { Deployment } from "../src/deployment.ts";
import { eventually } from "../src/eventually.ts";
import type { Load, Told } from "./load.ts";
import type { FailureStack } from "./stack.ts";

/** The bound for a system that is whole again. */
const WHOLE_WITHIN_MS = 30_000;

export interface Outcome {
  /** Everything that was not 200, in words. */
  readonly refused: readonly Told[];
  readonly wholeAfterMs: number;
}

/** Breaks something under load, waits until the system is whole again, and holds it to its promises. */
export async function breakUnderLoad(
  stack: FailureStack,
  load: Load,
  failure: { readonly breaks: () => Promise<void> | void; readonly whole: () => Promise<boolean> },
): Promise<Outcome> {
  const startedAtMs = Date.now();
  await load.start();
  await failure.breaks();
  const brokenAtMs = Date.now();
  await eventually(
    "the parts of the system",
    async () => ((await failure.whole()) ? true : undefined),
    WHOLE_WITHIN_MS,
  );
  await load.flows(WHOLE_WITHIN_MS - (Date.now() - brokenAtMs));
  const wholeAfterMs = Date.now() - brokenAtMs;
  await load.stop();

  expect(await load.finalFaults()).toEqual([]);
  expect(await unaudited(stack.deployment, load.told)).toEqual([]);
  await eventually("each acknowledged change at the consumer", async () =>
    (await notConsumed(stack.deployment, load.acknowledged, startedAtMs)).length === 0 ? true : undefined,
  );
  return { refused: load.told.filter(({ status }) => status !== 200), wholeAfterMs };
}

/** A refusal says that it is one for now, and when to come back. */
export function isForNow({ status, problem, retryAfter }: Told): boolean {
  return status === 503 && ["database-unavailable", "audit-unavailable"].includes(problem) && retryAfter >= 1;
}

/** Replies without an entry of their status. One that says the log cannot be written has none. */
async function unaudited(deployment: Deployment, told: readonly Told[]): Promise<readonly Told[]> {
  const replies = told.filter(({ requestId, problem }) => requestId !== undefined && problem !== "audit-unavailable");
  const entries = await auditOf(
    deployment,
    replies.map(({ requestId }) => requestId!),
  );
  const statuses = new Map(entries.map(({ requestId, status }) => [requestId, status]));
  return replies.filter(({ requestId, status }) => statuses.get(requestId!) !== status);
}

/** Lines of the consumer's log name a change by its correlation id. */
async function notConsumed(
  { operator, compute }: Deployment,
  correlationIds: readonly string[],
  sinceMs: number,
): Promise<readonly string[]> {
  const logs = new CloudWatchLogsClient(operator);
  const logGroupName = compute.functions.cacheInvalidator?.logGroupName;
  let text = "";
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, startTime: sinceMs, filterPattern: '"markers raised"', nextToken }),
    );
    text += (page.events ?? []).map(({ message }) => message).join("\n");
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return correlationIds.filter((id) => !text.includes(id));
}
