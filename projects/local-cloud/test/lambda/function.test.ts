import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { lambdaService, type LambdaService } from "../../src/services/lambda/index.ts";
import { withoutSecrets } from "../../src/services/lambda/invocation.ts";
import { eventually } from "../support/eventually.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { codeFolder, functionInputs } from "./fixture.ts";

jest.setTimeout(30_000);

const FUNCTION = "aws:lambda/function:Function";
const INVOCATION = "aws:lambda/invocation:Invocation";

const ECHO = `
import { appendFileSync } from "node:fs";
let events = 0;
export const handler = async (event, context) => {
  events += 1;
  if (event.fail) throw new TypeError("could not reach postgres://owner:hunter2@db:5432/records, password=hunter2");
  if (event.exit) process.exit(3);
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.block) for (;;);
  if (event.note) appendFileSync(event.note, "x");
  if (event.waitMs) await new Promise((resolve) => setTimeout(resolve, event.waitMs));
  console.log("seen", event.word);
  return { event, events, pid: process.pid, version: context.functionVersion, arn: context.invokedFunctionArn, env: process.env };
};
`;

describe("a function", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let lambda: LambdaService;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lambda-fixture-"));
    cloud = await startTestCloud([lambdaService]);
    resources = new Resources(cloud);
    lambda = cloud.service("lambda");
  });
  afterAll(async () => {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const make = (name: string, more: object = {}, source = ECHO) =>
    resources.create(FUNCTION, name, functionInputs(name, codeFolder(folder, source), more));
  const call = async (reference: string, event: object = {}) =>
    JSON.parse((await lambda.invoke(reference, JSON.stringify(event))).payload);

  it("answers with its own environment and role, and nothing of the cloud's environment", async () => {
    process.env.NOT_FOR_FUNCTIONS = "leaked";
    await make("env", { environment: { variables: { GREETING: "hello" } } });
    const { event, env } = await call("env", { word: "one" });
    expect(event).toEqual({ word: "one" });
    expect(env).toMatchObject({
      ...{
        GREETING: "hello",
        AWS_LAMBDA_FUNCTION_NAME: "env",
        AWS_REGION: "us-east-1",
        AWS_ENDPOINT_URL: cloud.awsEndpointUrl,
      },
      NODE_EXTRA_CA_CERTS: cloud.certificates.caFile,
    });
    const principal = cloud.credentials.find(env.AWS_ACCESS_KEY_ID);
    expect(principal?.principalArn).toBe("arn:aws:iam::000000000000:role/fixture");
    expect(env).not.toHaveProperty("NOT_FOR_FUNCTIONS");
    expect(readFileSync(join(cloud.home, "logs", "lambda-env.log"), "utf8")).toContain("seen one");
  });

  it("keeps its process for the next event, and begins a second for one at the same time", async () => {
    await make("warm");
    const first = await call("warm");
    expect(await call("warm")).toMatchObject({ pid: first.pid, events: 2 });
    const [a, b] = await Promise.all([call("warm", { waitMs: 200 }), call("warm", { waitMs: 200 })]);
    expect(a.pid).not.toBe(b.pid);
  });

  it("runs no more events at once than its reserved concurrency", async () => {
    await make("reserved", { reservedConcurrentExecutions: 1 });
    const running = call("reserved", { waitMs: 500 });
    await expect(call("reserved")).rejects.toThrow("TooManyRequestsException");
    await running;
    await expect(call("reserved")).resolves.toBeDefined();
  });

  it.each([
    ["throws", { fail: true }, "TypeError"],
    ["ends its process", { exit: true }, "Runtime exited with error: exit status 3"],
    ["takes longer than its timeout", { hang: true }, "Task timed out after 1.00 seconds"],
    ["never yields", { block: true }, "Task timed out after 1.00 seconds"],
  ])("that %s gives an error, and works again afterwards", async (_what, event, message) => {
    const name = `faulty-${Object.keys(event)[0]}`;
    await make(name, { timeout: 1 });
    const result = await lambda.invoke(name, JSON.stringify(event));
    expect(result.error).toBeDefined();
    expect(result.payload).toContain(message);
    expect(await call(name, { word: "again" })).toMatchObject({ event: { word: "again" } });
  });

  it("leaves no process behind when the cloud stops", async () => {
    const other = await startTestCloud([lambdaService]);
    await new Resources(other).create(FUNCTION, "short", functionInputs("short", codeFolder(folder, ECHO)));
    const { payload } = await other.service<LambdaService>("lambda").invoke("short", "{}");
    const { pid } = JSON.parse(payload);
    await other.close();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("publishes a version when code or configuration change, and an alias stays on its version until it is moved", async () => {
    const first = await make("published", { publish: true });
    const alias = { functionName: "published", name: "live", functionVersion: first.outputs.version };
    const live = await resources.create("aws:lambda/alias:Alias", "live", alias);
    const code = codeFolder(folder, `export const handler = async () => ({ changed: true });`);
    const second = await resources.update(first, functionInputs("published", code, { publish: true }));
    expect([first.outputs.version, second.outputs.version]).toEqual(["1", "2"]);

    expect(await call(live.outputs.arn)).toMatchObject({ version: "1", arn: live.outputs.arn });
    await resources.update(live, { ...alias, functionVersion: "2" });
    expect(await call(live.outputs.arn)).toEqual({ changed: true });
    const tagged = await resources.update(
      second,
      functionInputs("published", code, { publish: true, tags: { a: "b" } }),
    );
    expect(tagged.outputs.version).toBe("2");
    await expect(
      resources.create("aws:lambda/alias:Alias", "next", { ...alias, name: "next", functionVersion: "3" }),
    ).rejects.toThrow("ResourceNotFoundException");
  });

  it("is found again with its versions when the cloud starts again", async () => {
    const home = mkdtempSync(join(tmpdir(), "lambda-again-"));
    let again = await startTestCloud([lambdaService], { home });
    try {
      const own = new Resources(again);
      await own.create(FUNCTION, "again", functionInputs("again", codeFolder(folder, ECHO), { publish: true }));
      await again.stop();
      again = await startTestCloud([lambdaService], { home });
      const { executedVersion } = await again.service<LambdaService>("lambda").invoke("again:1", "{}");
      expect(executedVersion).toBe("1");
    } finally {
      await again.close();
    }
  });

  it("can be invoked through the AWS API by an SDK client", async () => {
    await make("api");
    const client = new LambdaClient({ ...cloud.sdk });
    const send = async (name: string, event: object) => {
      const reply = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
      return { ...reply, answer: JSON.parse(Buffer.from(reply.Payload ?? []).toString()) };
    };
    try {
      expect(await send("api", { word: "hi" })).toMatchObject({
        StatusCode: 200,
        ExecutedVersion: "$LATEST",
        answer: { event: { word: "hi" } },
      });
      expect(await send("api", { fail: true })).toMatchObject({
        FunctionError: "Unhandled",
        answer: { errorType: "TypeError" },
      });
      await expect(send("absent", {})).rejects.toThrow(expect.objectContaining({ name: "ResourceNotFoundException" }));
    } finally {
      client.destroy();
    }
  });

  it.each([
    ["without code", { code: undefined }, "one of `code`"],
    ["with a runtime that is not Node.js", { runtime: "python3.13" }, "python3.13"],
    ["with a timeout of 16 minutes", { timeout: 960 }, "between 1 and 900"],
    ["with a variable that Lambda sets", { environment: { variables: { AWS_REGION: "eu-west-1" } } }, "reserved keys"],
    ["from an image", { packageType: "Image", imageUri: "x" }, "not from images"],
  ])("is refused %s", async (_what, more, why) => {
    const inputs = functionInputs("refused", codeFolder(folder, ECHO), more);
    expect((await resources.failuresOf(FUNCTION, inputs)).map(({ reason }) => reason).join("\n")).toContain(why);
  });

  it("is refused a package that lacks its handler's file", async () => {
    await expect(make("no-handler", { handler: "main.handler" })).rejects.toThrow("holds no main.mjs");
  });

  describe("run by an Invocation", () => {
    const invocation = (functionName: string, input: object, more: object = {}) => ({
      functionName,
      input: JSON.stringify(input),
      ...more,
    });

    it("runs once at the creation and gives its result", async () => {
      await make("once");
      const note = join(folder, "note");
      const made = await resources.create(
        INVOCATION,
        "once",
        invocation("once", { note, word: "go" }, { triggers: { sql: "a" } }),
      );
      expect(JSON.parse(made.outputs.result)).toMatchObject({ event: { word: "go" } });
      await resources.read(made);
      await resources.remove(made);
      expect(readFileSync(note, "utf8")).toBe("x");
    });

    it("fails the resource with the function's error, without the secrets in it", async () => {
      await make("failing");
      const failed = resources.create(INVOCATION, "failing", invocation("failing", { fail: true }));
      await expect(failed).rejects.toThrow(
        /Lambda Function \(failing\) returned error: \(Unhandled\) TypeError: could not reach/,
      );
      await expect(failed).rejects.not.toThrow("hunter2");
      expect(cloud.account.ofType(INVOCATION).filter(({ inputs }) => inputs.functionName === "failing")).toEqual([]);
    });
  });

  it("ends idle processes when it is removed", async () => {
    const made = await make("removed");
    const { pid } = await call("removed");
    await resources.remove(made);
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
    await expect(call("removed")).rejects.toThrow("ResourceNotFoundException");
  });
});

describe("an error message", () => {
  it.each([
    ["postgres://owner:s3cret@db/records", "postgres://owner:***@db/records"],
    ["password=s3cret, user=x", "password=***, user=x"],
    ['{"token": "s3cret"}', '{"token": ***}'],
    ["nothing to hide: 12 rows", "nothing to hide: 12 rows"],
  ])("%s becomes %s", (message, shown) => expect(withoutSecrets(message)).toBe(shown));
});
