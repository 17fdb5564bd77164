// Parts of the running system are killed, one after the other, while campus systems read and change records.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/deployment.ts";
import { expectSuccess, start, type Run } from "../test/make.ts";
import { tasksOf } from "../test/processes.ts";
import { breakUnderLoad, isForNow, type Outcome } from "./outcome.ts";
import { Load } from "./load.ts";
import { useFailureStack } from "./stack.ts";

const STACK = "local-fail";
/** The built server, which the image is made of; its source stays as it is. */
const SERVER = join(ROOT, "projects", "api", "dist", "image", "server.mjs");
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
  // Reads go on: they wait for the next writer. One whose audit entry was under way cannot wait longer than that may take.
  const reads = load.told.filter(({ kind }) => kind === "read");
  const [first, last] = [refused.at(0)?.atMs ?? 0, refused.at(-1)?.atMs ?? 0];
  const answeredBetween = reads.filter(({ status, atMs }) => status === 200 && atMs >= first && atMs <= last);
  expect(count(refused, "read")).toBeLessThanOrEqual(Math.max(3, answeredBetween.length));
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

it("rolls an image back that crashes at its start, without a failed request, and deploys the sound one again", async () => {
  const serving = tasksOf(STACK, "api").map(({ pid }) => pid);
  const sound = readFileSync(SERVER, "utf8");
  const up = () => start(process.execPath, ["shared/deploy/src/cli.ts", "up", "--project", "compute"], STACK).finished;
  let attempt: Run | undefined;
  const { refused } = (outcomes["bad image"] = await breakUnderLoad(stack, load, {
    breaks: async () => {
      writeFileSync(SERVER, `throw new Error("This build does not start.");\n${sound}`);
      try {
        attempt = await up();
      } finally {
        writeFileSync(SERVER, sound);
      }
    },
    whole: async () => tasksOf(STACK, "api").filter(({ alive, pid }) => alive && serving.includes(pid)).length === 2,
  }));
  expect(attempt!.code).not.toBe(0);
  expect(attempt!.output).toContain("circuit breaker");
  expect(refused).toEqual([]);
  expectSuccess(await up());
});
