import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import fc from "fast-check";
import { afterAttempt, LAMBDA_PAUSES } from "../../src/services/lambda/asynchronous.ts";
import { lambdaService, type LambdaService } from "../../src/services/lambda/index.ts";
import { sqsService } from "../../src/services/sqs/index.ts";
import { eventually } from "../support/eventually.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { codeFolder, functionInputs } from "./fixture.ts";

jest.setTimeout(60_000);

/** Writes down each event it gets, and fails for as long as the event says. */
const FAILS = `
import { appendFileSync } from "node:fs";
let attempts = 0;
export const handler = async (event) => {
  attempts += 1;
  appendFileSync(process.env.KEPT, event.word + "\\n");
  if (attempts <= event.failures) throw new Error("not yet");
};
`;
const AT_ONCE = { afterErrorMs: [1, 1], throttledFirstMs: 1, throttledMsMax: 5 };

describe("asynchronous invocation", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let lambda: LambdaService;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lambda-asynchronous-"));
    cloud = await startTestCloud([(each) => lambdaService(each, AT_ONCE), sqsService]);
    resources = new Resources(cloud);
    lambda = cloud.service("lambda");
  });
  afterAll(async () => {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function make(name: string, more: object = {}) {
    const kept = join(folder, name);
    const variables = { environment: { variables: { KEPT: kept } }, ...more };
    await resources.create(
      "aws:lambda/function:Function",
      name,
      functionInputs(name, codeFolder(folder, FAILS), variables),
    );
    return () => readFileSync(kept, "utf8").trim().split("\n");
  }

  it("tries an event again that failed, and stops when it has succeeded", async () => {
    const attempts = await make("second-time");
    const client = new LambdaClient(cloud.sdk);
    const { StatusCode } = await client.send(
      new InvokeCommand({
        FunctionName: "second-time",
        InvocationType: "Event",
        Payload: Buffer.from(JSON.stringify({ word: "a", failures: 1 })),
      }),
    );
    expect(StatusCode).toBe(202);
    await eventually(() => expect(attempts()).toEqual(["a", "a"]));
    lambda.invokeLater("second-time", JSON.stringify({ word: "b", failures: 0 }));
    await eventually(() => expect(attempts()).toEqual(["a", "a", "b"]));
  });

  it("gives up after three attempts and keeps the event with the reason in the queue", async () => {
    const attempts = await make("never");
    const queue = await resources.create("aws:sqs/queue:Queue", "kept-failures", { name: "kept-failures" });
    await resources.create("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "never", {
      functionName: "never",
      destinationConfig: { onFailure: { destination: queue.outputs.arn } },
    });
    lambda.invokeLater("never", JSON.stringify({ word: "c", failures: 9 }));
    const message = await eventually(async () => {
      const sqs = new SQSClient(cloud.sdk);
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "kept-failures" }));
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      expect(Messages).toHaveLength(1);
      return JSON.parse(Messages![0]!.Body!) as object;
    });
    expect(attempts()).toEqual(["c", "c", "c"]);
    expect(message).toMatchObject({
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: { word: "c" },
      responsePayload: { errorMessage: "not yet" },
    });
  });

  it("waits for its turn when the function has no concurrency left", async () => {
    const attempts = await make("one-by-one", { reservedConcurrentExecutions: 1 });
    for (const word of ["d", "e", "f"]) lambda.invokeLater("one-by-one", JSON.stringify({ word, failures: 0 }));
    await eventually(() => expect(attempts().toSorted()).toEqual(["d", "e", "f"]));
  });

  it("refuses a function that is not there at once", () => {
    expect(() => lambda.invokeLater("nobody", "{}")).toThrow("ResourceNotFoundException");
  });

  it.each([
    [{ maximumRetryAttempts: 3 }, "not 0 to 2"],
    [{ maximumEventAgeInSeconds: 30 }, "not 60 to 21600"],
    [{ destinationConfig: { onFailure: { destination: "arn:aws:sns:us-east-1:000000000000:t" } } }, "SQS queues"],
  ])("is not configured by %j", async (change, reason) => {
    const token = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
    expect(await resources.failuresOf(token, { functionName: "never", ...change })).toMatchObject([
      { reason: expect.stringContaining(reason) },
    ]);
  });
});

describe("after an attempt that failed", () => {
  const settings = { retryAttemptsMax: 2, eventAgeMsMax: 21_600_000 };

  it("Lambda waits one minute, then two, and gives up", () => {
    const next = (failed: number) => afterAttempt({ failed, throttled: 0, ageMs: 0 }, settings, LAMBDA_PAUSES, false);
    expect([next(1), next(2), next(3)]).toEqual([
      { pauseMs: 60_000 },
      { pauseMs: 120_000 },
      { givenUp: "RetriesExhausted" },
    ]);
  });

  it("throttling costs no attempt, never waits longer than five minutes, and ends with the event's age", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 21_600_000 }), (throttled, ageMs) => {
        const next = afterAttempt({ failed: 0, throttled, ageMs }, settings, LAMBDA_PAUSES, true);
        if ("pauseMs" in next) {
          expect(next.pauseMs).toBeLessThanOrEqual(300_000);
          expect(ageMs + next.pauseMs).toBeLessThanOrEqual(settings.eventAgeMsMax);
        } else expect(next.givenUp).toBe("EventAgeExceeded");
      }),
    );
  });
});
