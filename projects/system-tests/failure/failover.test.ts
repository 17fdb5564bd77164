// Parts of the running system are killed, one after the other, while campus systems read and change records.
import { tasksOf } from "../test/processes.ts";
import { breakUnderLoad, isForNow, type Outcome } from "./outcome.ts";
import { Load } from "./load.ts";
import { useFailureStack } from "./stack.ts";

const STACK = "local-failover";
const stack = useFailureStack(STACK);

jest.setTimeout(3 * 60_000);

let load: Load;
const outcomes: Record<string, Outcome> = {};
beforeEach(() => {
  load = new Load(stack.system);
});
afterEach(() => load.stop());
afterAll(() => {
  for (const [what, { wholeAfterMs, refused }] of Object.entries(outcomes)) {
    const words = refused.map(({ kind, status, problem }) => `${kind} ${status} ${problem}`);
    process.stdout.write(`${what}: whole after ${wholeAfterMs} ms; ${words.join(", ") || "no failed request"}\n`);
  }
});

const count = (refused: Outcome["refused"], kind: "read" | "write") =>
  refused.filter((each) => each.kind === kind).length;

it("goes on with another writer when the database's writer dies", async () => {
  const { writer } = await stack.database();
  const { refused } = (outcomes["database writer"] = await breakUnderLoad(stack, load, {
    breaks: () => stack.kill(`rds-${writer!}`),
    whole: async () => {
      const now = await stack.database();
      return now.available && now.writer !== writer && now.readers.includes(writer!);
    },
  }));
  expect(refused.filter((each) => !isForNow(each))).toEqual([]);
  // Reads go on: one that was between its decision and its audit entry cannot.
  expect(count(refused, "read")).toBeLessThanOrEqual(2);
});

it("answers without a failed request and without a stale read when the cache's primary dies", async () => {
  const { primary } = await stack.cache();
  const { refused } = (outcomes["cache primary"] = await breakUnderLoad(stack, load, {
    breaks: () => stack.kill(`elasticache-${primary}`),
    whole: async () => {
      const now = await stack.cache();
      return now.available && now.primary !== primary && now.replicas.includes(primary);
    },
  }));
  expect(refused).toEqual([]);
});

it("loses at most what was under way when a task of the API dies", async () => {
  const [killed] = tasksOf(STACK, "api");
  const { refused } = (outcomes["API task"] = await breakUnderLoad(stack, load, {
    breaks: () => stack.kill(killed!.name),
    whole: async () => tasksOf(STACK, "api").filter(({ alive, pid }) => alive && pid !== killed!.pid).length === 2,
  }));
  // Each of the two callers has one request under way.
  expect(count(refused, "read") + count(refused, "write")).toBeLessThanOrEqual(2);
});

it("carries every change to the stream when the relay dies", async () => {
  const [killed] = tasksOf(STACK, "relay");
  const { refused } = (outcomes.relay = await breakUnderLoad(stack, load, {
    breaks: () => stack.kill(killed!.name),
    whole: async () => tasksOf(STACK, "relay").some(({ alive, pid }) => alive && pid !== killed!.pid),
  }));
  expect(refused).toEqual([]);
});

it("delivers every change to the consumer when its process dies", async () => {
  const functionName = stack.deployment.compute.functions.cacheInvalidator!.arn.split(":")[6]!;
  let killed: readonly number[] = [];
  const { refused } = (outcomes.consumer = await breakUnderLoad(stack, load, {
    breaks: () => {
      killed = stack.functionProcesses(functionName);
      expect(killed.length).toBeGreaterThan(0);
      for (const pid of killed) process.kill(pid, "SIGKILL");
    },
    whole: async () => stack.functionProcesses(functionName).some((pid) => !killed.includes(pid)),
  }));
  expect(refused).toEqual([]);
});
