/** The whole system, from outside, on a stack of its own: deploy, use, disturb, change one layer, destroy. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CampusSystem } from "../src/campus-system.ts";
import { type Deployment, findDeployment, ROOT } from "../src/deployment.ts";
import { eventually } from "../src/eventually.ts";
import { putEvents } from "../src/put-events.ts";
import { deployedRules, proveTamperRules } from "../src/tamper.ts";
import { deadLetterOf, withoutTopic } from "./lost-topic.ts";
import { expectSuccess, make, start } from "./make.ts";
import { processesOf, tasksOf } from "./processes.ts";
import { paced, requestLoop } from "./request-loop.ts";
import { credentialsOf, leaks } from "./secrets.ts";

const STACK = "local-e2e";
const HOME = join(ROOT, ".local", STACK);
const SERVER = join(ROOT, "projects", "api", "dist", "image", "server.mjs");
const ROTATION = join(ROOT, "projects", "database", "dist", "rotation", "index.mjs");
const DATA_STATE = join(HOME, "state", ".pulumi", "stacks", "srs-data", `${STACK}.json`);
const MINUTE_MS = 60_000;

jest.setTimeout(5 * MINUTE_MS);

let deployment: Deployment;
let sis: CampusSystem;
/** What the commands printed, for the search for leaks. */
const printed: Record<string, string> = {};

beforeAll(async () => {
  if (existsSync(HOME)) expectSuccess(await make(STACK, "destroy-all"));
  printed["the first deployment"] = expectSuccess(await make(STACK, "deploy-all"));
  deployment = await findDeployment(STACK);
  sis = await CampusSystem.register(deployment, "sis");
});

afterAll(async () => {
  await sis?.close();
  // Destroyed by the last test; this is for a run in which an earlier one failed.
  if (existsSync(HOME)) await make(STACK, "destroy-all");
});

async function aStudent(): Promise<string> {
  const page = await sis.call("/students?limit=1");
  return page.body!.data![0]!.id;
}

it("deploys four layers in order, passes the smoke check and says what to do next", () => {
  const output = printed["the first deployment"]!;
  const order = ["security", "network", "data", "compute"].map((layer) =>
    output.search(new RegExp(`^${layer} .*done:`, "m")),
  );
  expect(order.every((at) => at >= 0)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(output).toContain("smoke check passed");
  expect(output).toContain(deployment.compute.api.baseUrl);
});

it("changes nothing the second time, and says so for every layer", async () => {
  const output = expectSuccess(await make(STACK, "deploy-all"));
  printed["the second deployment"] = output;
  expect(output.match(/done: nothing to change/g)).toHaveLength(4);
  expect(output).not.toMatch(/^\w+ +[\d.]+s +(created|changed|deleted|replaced)/m);
  expect(output).toContain("Already loaded");
});

it("tells the security topic of every kind of tampering, once, and of nothing that only looks like it", async () => {
  const proofs = await proveTamperRules(deployment);
  expect(proofs.length).toBeGreaterThanOrEqual(7);
  expect(proofs.filter(({ told, toldOfOther }) => told !== 1 || toldOfOther !== 0)).toEqual([]);
});

it("keeps a notice of tampering in the dead-letter queue when its topic is gone", async () => {
  const [rule] = await deployedRules(deployment);
  const letter = await withoutTopic(deployment.operator, rule!.topicArn, async () => {
    const [eventId] = await putEvents(deployment.operator, [rule!.sample.matching]);
    return deadLetterOf(deployment.operator, rule!.deadLetterQueueArn, eventId!);
  });
  expect(letter.attributes).toMatchObject({
    ...{ RULE_ARN: rule!.arn, TARGET_ARN: rule!.topicArn, ERROR_CODE: "NO_RESOURCE" },
  });
});

it("breaks no policy as it is deployed: the whole pack over the states, reachability in both directions among it", async () => {
  const output = expectSuccess(await make(STACK, "policy"));
  for (const layer of ["security", "network", "data", "compute"])
    expect(output).toMatch(new RegExp(`^${layer} +\\d+ resources, \\d+ rules: 0 violations, .* 0 checks wait`, "m"));
});

it("says from the deployed policies who may open students' restricted fields: no pipeline, no administrator", async () => {
  const output = expectSuccess(await make(STACK, "who-can", "KEY=student-fields"));
  const rows = output.split("\n").filter((line) => line.startsWith("srs-"));
  const opens = rows.filter((line) => !/^\S+( \(\w+\))? +- +- +-/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  // The service, with the student in the encryption context (COMP-54); the archiver by its place in the key's policy.
  expect(opens.map((line) => line.split(" ")[0])).toEqual(["srs-locale2e-api-task", "srs-locale2e-consumer-*"]);
});

it("brings a killed API task back without a failed request at the gateway", async () => {
  const student = await aStudent();
  const before = tasksOf(STACK, "api");
  expect(before).toHaveLength(2);
  const loop = requestLoop(paced(sis, `/students/${student}`, 100), 200);
  await eventually("the first answers", async () => (loop.answered() > 3 ? true : undefined));

  process.kill(before[0]!.pid, "SIGKILL");

  await eventually(
    "two healthy tasks",
    async () => {
      const now = tasksOf(STACK, "api").filter(({ alive, pid }) => alive && pid !== before[0]!.pid);
      return now.length === 2 ? true : undefined;
    },
    MINUTE_MS,
  );
  const answeredThen = loop.answered();
  await eventually("answers after the recovery", async () => (loop.answered() > answeredThen + 20 ? true : undefined));
  const { failures } = await loop.stop();
  // Requests in flight on the killed task may be lost; one request is in flight at a time.
  expect(failures.length).toBeLessThanOrEqual(1);
});

it("deploys compute alone, only its tasks and without a failed request, while data has a change that waits", async () => {
  const student = await aStudent();
  const [original, rotation, dataState] = [SERVER, ROTATION, DATA_STATE].map((file) => readFileSync(file, "utf8"));
  const before = tasksOf(STACK, "api").map(({ pid }) => pid);
  const loop = requestLoop(paced(sis, `/students/${student}`, 100), 200);
  try {
    appendFileSync(SERVER, `// another build\n`);
    appendFileSync(ROTATION, `// another build, not deployed\n`);
    const waiting = await start(process.execPath, ["shared/deploy/src/cli.ts", "preview", "--project", "data"], STACK)
      .finished;
    expect(expectSuccess(waiting)).toMatch(/to be changed aws:lambda\/function:Function/);
    const { finished } = start(process.execPath, ["shared/deploy/src/cli.ts", "up", "--project", "compute"], STACK);
    const output = expectSuccess(await finished);
    printed["the deployment of one layer"] = output;
    const touched = [...output.matchAll(/(?:created|changed|deleted|replaced)[^:]* (\S+:\S+\/\S+:\S+) /g)].map(
      ([, type]) => type,
    );
    expect(touched.length).toBeGreaterThan(0);
    expect(
      touched.filter((type) => !/^(aws:ecs\/(service|taskDefinition):|docker-build:|awsx:ecr)/.test(type!)),
    ).toEqual([]);
  } finally {
    writeFileSync(SERVER, original!);
    writeFileSync(ROTATION, rotation!);
  }
  expect(readFileSync(DATA_STATE, "utf8")).toBe(dataState);
  const { answered, failures } = await loop.stop();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(10);
  expect(tasksOf(STACK, "api").filter(({ pid }) => before.includes(pid))).toEqual([]);
});

it("mends what a killed deployment left, the next time", async () => {
  // The tasks now differ from the bundle on disk, so this deployment has something to do when it is killed.
  const { child, finished } = start(
    process.execPath,
    ["shared/deploy/src/cli.ts", "up", "--project", "compute"],
    STACK,
  );
  const underWay = new Promise<void>((resolve) => {
    child.stdout!.on("data", (chunk: Buffer) => {
      if (chunk.includes("taskDefinition")) resolve();
    });
  });
  await Promise.race([underWay, finished]);
  process.kill(-child.pid!, "SIGKILL");
  await finished;

  const output = expectSuccess(await make(STACK, "deploy-all"));
  expect(output).toContain("smoke check passed");
});

it("keeps secrets and students out of state, logs, outputs and messages", async () => {
  const needles = new Map(await credentialsOf(deployment));
  expect(needles.size).toBeGreaterThanOrEqual(10);
  const page = await sis.call("/students?limit=100");
  for (const { person } of page.body!.data!) {
    const { legalName } = person;
    // Short names are found in any text; the longer ones would be found if any were.
    if (legalName.family.length >= 7) needles.set(`family name ${legalName.family}`, legalName.family);
  }
  const states = await Promise.all(
    ["security", "network", "data", "compute"].map(async (layer) => {
      const { finished } = start(process.execPath, ["shared/deploy/src/cli.ts", "export", "--project", layer], STACK);
      return [`exported state of ${layer}`, expectSuccess(await finished)] as const;
    }),
  );
  // A refusal must not repeat what it was given.
  const refused = await sis.call(`/students/${await aStudent()}`, {
    method: "PATCH",
    body: { person: { personalEmail: "Planted-Given-Name" }, plantedField: "Planted-Value" },
    headers: { "content-type": "application/merge-patch+json", "if-match": "*" },
  });
  needles.set("a planted name", "Planted-Given-Name").set("a planted value", "Planted-Value");
  const texts = { ...printed, ...Object.fromEntries(states), "a refusal": refused.text };
  expect(leaks([join(HOME, "state"), join(HOME, "work"), join(HOME, "cloud", "logs")], texts, needles)).toEqual([]);
});

it("leaves nothing running and nothing behind", async () => {
  const before = processesOf(STACK);
  expect(before.length).toBeGreaterThan(5);
  expectSuccess(await make(STACK, "destroy-all"));
  expect(existsSync(HOME)).toBe(false);
  // The init process takes a moment to bury what it inherited.
  await eventually("no process is left", async () =>
    before.every(({ pid }) => !existsSync(`/proc/${pid}`)) ? true : undefined,
  );
});
