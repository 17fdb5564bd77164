import { syntheticsService } from "../../src/services/synthetics/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const CANARY = "aws:synthetics/canary:Canary";
const canary = {
  name: "srs-prod-api",
  runtimeVersion: "syn-nodejs-puppeteer-15.1",
  handler: "canary.handler",
  zipFile: "/tmp/canary.zip",
  artifactS3Location: "s3://srs-prod-canary-000000000000/runs",
  executionRoleArn: "arn:aws:iam::000000000000:role/srs-prod-canary",
  artifactConfig: {
    s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/a" },
  },
  schedule: { expression: "rate(1 minute)" },
  runConfig: { timeoutInSeconds: 30, memoryInMb: 960 },
  successRetentionPeriod: 31,
};

describe("a canary", () => {
  const world = useRecordedAccount([syntheticsService]);

  it("passes as Synthetics documents it", async () => {
    expect(await world.resources.failuresOf(CANARY, canary)).toEqual([]);
  });

  it.each([
    ["capitals in the name", { name: "Api" }, "name"],
    ["a runtime that is no longer given", { runtimeVersion: "syn-nodejs-puppeteer-6.2" }, "runtimeVersion"],
    ["a handler of another name", { handler: "canary.run" }, "handler"],
    ["code in two places", { s3Bucket: "code", s3Key: "a" }, "zipFile"],
    ["a bucket's name instead of its address", { artifactS3Location: "bucket" }, "artifactS3Location"],
    ["a run that outlasts its schedule", { runConfig: { timeoutInSeconds: 90 } }, "runConfig"],
    ["1 minutes", { schedule: { expression: "rate(1 minutes)" } }, "schedule"],
    ["two hours", { schedule: { expression: "rate(120 minutes)" } }, "schedule"],
    ["a variable of Lambda's", { runConfig: { environmentVariables: { AWS_REGION: "us-east-1" } } }, "runConfig"],
    ["500 days", { successRetentionPeriod: 500 }, "successRetentionPeriod"],
  ])("is refused with %s", async (_, change, property) => {
    expect(await world.resources.failuresOf(CANARY, { ...canary, ...change })).toMatchObject([{ property }]);
  });

  it("needs its bucket and its role to be there", async () => {
    await expect(world.resources.create(CANARY, "api", canary)).rejects.toThrow(
      "The bucket srs-prod-canary-000000000000 does not exist",
    );
  });
});
