/** Is the system alive? Asks as a campus system would, once for each promise the thin path makes. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { randomUUID } from "node:crypto";
import { auditOf } from "./auditor.ts";
import { CampusSystem, type Reply, type Student } from "./campus-system.ts";
import type { Deployment } from "./deployment.ts";
import { eventually } from "./eventually.ts";

/** An id of the right form that no student has. */
const UNKNOWN_STUDENT = "00000000-0000-7000-8000-000000000000";

interface Context {
  readonly deployment: Deployment;
  /** Reads and writes students of its own campuses. */
  readonly sis: CampusSystem;
  /** May only read, at one campus. */
  readonly limited: CampusSystem;
  /** A student both may read, and one only `sis` may. Found by the first step. */
  shared: string;
  hidden: string;
}

function expect(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected)
    throw new Error(`${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

function expectStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status)
    throw new Error(`HTTP ${reply.status} instead of ${status}: type ${reply.body?.type ?? "none"}`);
  return reply;
}

/** What a campus system may change: contact data, no names. */
const newAddress = (personalEmail: string) => ({ person: { personalEmail } });
const anAddress = () => `smoke-${randomUUID().slice(0, 8)}@personal.example.edu`;
function studentsOf(reply: Reply): readonly Student[] {
  return expectStatus(reply, 200).body?.data ?? [];
}

const requestIdOf = (reply: Reply): string => reply.headers["x-request-id"] ?? "";

/** The problem without what must differ between two replies. */
function comparable(reply: Reply): string {
  return reply.text.replaceAll(/urn:uuid:[0-9a-f-]{36}/g, "urn:uuid");
}

const STEPS: readonly (readonly [promise: string, step: (context: Context) => Promise<void>])[] = [
  [
    "a token by client credentials opens the list of students",
    async (context) => {
      const mine = studentsOf(await context.limited.call("/students?limit=1"));
      const { id, campusIds } = mine[0]!;
      context.shared = id;
      const all = studentsOf(await context.sis.call("/students?limit=200"));
      const elsewhere = all.find((student) => !student.campusIds.some((campus) => campusIds.includes(campus)));
      if (!elsewhere) throw new Error("no student of another campus among the first 200");
      context.hidden = elsewhere.id;
    },
  ],
  [
    "the second read of a record is answered by the cache",
    async ({ sis, shared }) => {
      // As clients are told to: 503 with Retry-After is asked again. A machine that has just deployed may be that busy.
      await eventually("a read of a record", async () => {
        const reply = await sis.call(`/students/${shared}`);
        return reply.status === 503 ? undefined : expectStatus(reply, 200);
      });
      const second = expectStatus(await sis.call(`/students/${shared}`), 200);
      expect("X-Cache of the second read", second.headers["x-cache"], "hit");
    },
  ],
  [
    "a change needs the current version: 428 without If-Match, 412 with a stale one",
    async ({ sis, shared }) => {
      const path = `/students/${shared}`;
      const patch = { method: "PATCH", body: newAddress(anAddress()) };
      const merge = { "content-type": "application/merge-patch+json" };
      expectStatus(await sis.call(path, { ...patch, headers: merge }), 428);
      expectStatus(await sis.call(path, { ...patch, headers: { ...merge, "if-match": '"0-000000000000"' } }), 412);
    },
  ],
  [
    "a change is seen by the next read, arrives at the consumer, and all of it is in the audit",
    async ({ deployment, sis, shared }) => {
      const startedAtMs = Date.now();
      const path = `/students/${shared}`;
      const correlationId = randomUUID();
      const before = expectStatus(await sis.call(path), 200);
      const address = anAddress();
      const changed = await sis.call(path, {
        method: "PATCH",
        body: newAddress(address),
        headers: {
          "content-type": "application/merge-patch+json",
          "if-match": before.headers.etag!,
          "x-correlation-id": correlationId,
        },
      });
      expectStatus(changed, 200);
      const after = expectStatus(await sis.call(path), 200);
      expect("address is the new one", after.body?.person?.personalEmail === address, true);
      expect("ETag after the change differs", after.headers.etag === before.headers.etag, false);

      const entries = await auditOf(deployment, [before, changed, after].map(requestIdOf));
      expect("number of audit entries", entries.length, 3);
      expect("decisions in the audit", entries.map((entry) => entry.decision).join(), "allow,allow,allow");
      await eventually("the event at the consumer", () => consumed(deployment, correlationId, startedAtMs));
    },
  ],
  [
    "no token is 401",
    async ({ sis, shared }) => {
      expectStatus(await sis.call(`/students/${shared}`, { token: null }), 401);
    },
  ],
  [
    "a missing scope is 403, and audited",
    async ({ deployment, limited, shared }) => {
      const refused = expectStatus(
        await limited.call(`/students/${shared}`, {
          method: "PATCH",
          body: {},
          headers: { "content-type": "application/merge-patch+json", "if-match": "*" },
        }),
        403,
      );
      const entries = await auditOf(deployment, [requestIdOf(refused)]);
      expect("audit of the refusal", entries.map((e) => `${e.decision} ${e.reason}`).join(), "deny scope-not-in-token");
    },
  ],
  [
    "an unknown student and one out of the caller's reach get the same answer",
    async ({ limited, hidden }) => {
      const outOfReach = expectStatus(await limited.call(`/students/${hidden}`), 404);
      const unknown = expectStatus(await limited.call(`/students/${UNKNOWN_STUDENT}`), 404);
      expect("bodies are the same", comparable(outOfReach) === comparable(unknown), true);
    },
  ],
  [
    "a burst beyond the usage plan is 429 with Retry-After",
    async ({ limited }) => {
      const replies = await Promise.all(
        Array.from({ length: 250 }, () => limited.call(`/students/${UNKNOWN_STUDENT}`)),
      );
      const throttled = replies.filter((reply) => reply.status === 429);
      if (throttled.length === 0) throw new Error("none of 250 requests at once was throttled");
      if (!(Number(throttled[0]!.headers["retry-after"]) >= 1)) throw new Error("the 429 carries no Retry-After");
    },
  ],
];

/** A line of the consumer's log names the change by its correlation id; the log never names a student. */
async function consumed(
  { operator, compute }: Deployment,
  correlationId: string,
  sinceMs: number,
): Promise<true | undefined> {
  const logs = new CloudWatchLogsClient(operator);
  const logGroupName = compute.functions.cacheInvalidator?.logGroupName;
  const { events } = await logs.send(
    new FilterLogEventsCommand({ logGroupName, startTime: sinceMs, filterPattern: `"${correlationId}"` }),
  );
  return (events ?? []).some((event) => event.message?.includes(correlationId)) ? true : undefined;
}

/**
 * Runs every step and prints a line for each.
 * @returns whether all of them held
 */
export async function smoke(deployment: Deployment, print: (line: string) => void): Promise<boolean> {
  const [sis, limited] = await Promise.all([
    CampusSystem.register(deployment, "sis"),
    CampusSystem.register(deployment, "smoke-limited"),
  ]);
  const context: Context = { deployment, sis, limited, shared: "", hidden: "" };
  const startedAtMs = Date.now();
  let failed = 0;
  for (const [promise, step] of STEPS) {
    try {
      await step(context);
      print(`  ok    ${promise}`);
    } catch (error) {
      failed += 1;
      print(`  FAIL  ${promise}\n        ${(error as Error).message}`);
    }
  }
  await Promise.all([sis.close(), limited.close()]);
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  print(
    failed === 0
      ? `  smoke check passed: ${STEPS.length} promises in ${seconds} s`
      : `  smoke check FAILED: ${failed} of ${STEPS.length}`,
  );
  return failed === 0;
}
