import { exampleContracts } from "@records/contracts/examples";
import { recordStack, type Recording } from "@records/testing";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { canaryPackage, SCRIPT } from "../src/canary-package.ts";
import { zipOf } from "../src/zip.ts";
import { CONTRACTS } from "./contracts.ts";

const PROD = exampleContracts({ accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 });
const CANARY = "aws:synthetics/canary:Canary";
const KEY = PROD.security.kmsKeyArns.compute;
let prod: Recording;
beforeAll(async () => {
  prod = await recordStack("projects/compute", PROD, { stack: "prod" });
}, 60_000);

describe("the canary", () => {
  it("runs every minute in production on a runtime that can still be made, and is told of no credential", () => {
    const { inputs } = prod.get(CANARY, "api");
    expect(inputs).toMatchObject({
      name: "srs-prod-api",
      runtimeVersion: "syn-nodejs-puppeteer-15.1",
      handler: "canary.handler",
      schedule: { expression: "rate(1 minute)" },
      artifactS3Location: "s3://srs-prod-canary-000000000000/api".replace("000000000000", "333333333333"),
      artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: KEY } },
      kmsKeyArn: KEY,
      runConfig: {
        timeoutInSeconds: 30,
        environmentVariables: {
          CLIENT_SECRET_ARN: PROD.data.secretArns.clients.canary,
          STUDENT_ID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
      successRetentionPeriod: 31,
      startCanary: true,
      deleteLambda: true,
    });
    expect(inputs).not.toHaveProperty("s3Bucket");
  });

  it("keeps its reports in a bucket that ends them, under the key of compute", () => {
    const settings = (type: string) => prod.get(`aws:s3/${type}`, "canary").inputs;
    expect(settings("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")).toMatchObject({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY } }],
    });
    expect(settings("bucketLifecycleConfiguration:BucketLifecycleConfiguration")).toMatchObject({
      rules: [{ expiration: { days: 31 } }],
    });
    expect(settings("bucketPublicAccessBlock:BucketPublicAccessBlock").blockPublicPolicy).toBe(true);
  });

  it("may read its own credentials, write its reports and its log, and nothing of the records", () => {
    const { Statement: own } = JSON.parse(
      String(prod.get("aws:iam/rolePolicy:RolePolicy", "canary").inputs.policy),
    ) as {
      Statement: readonly { readonly Action: readonly string[]; readonly Resource: string | readonly string[] }[];
    };
    expect(own.flatMap(({ Action }) => Action).toSorted()).toEqual([
      "cloudwatch:PutMetricData",
      "kms:Decrypt",
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetBucketLocation",
      "s3:ListAllMyBuckets",
      "s3:PutObject",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
    ]);
    const secret = own.find(({ Action }) => Action.includes("secretsmanager:GetSecretValue"));
    expect([secret?.Resource].flat()).toEqual([PROD.data.secretArns.clients.canary]);
  });

  it("writes into a group that was made for it, under our key, masked", () => {
    const { inputs } = prod.get("aws:cloudwatch/logGroup:LogGroup", "canary");
    expect(inputs.name).toMatch(/^\/aws\/lambda\/cwsyn-srs-prod-api-[0-9a-f]+$/);
    expect(inputs.kmsKeyId).toBe(PROD.security.kmsKeyArns.logs);
    expect(
      prod.get("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", "canary").inputs.logGroupName,
    ).toBe(inputs.name);
  });

  it("is neither there nor missed where the sizing table gives it no rhythm", async () => {
    for (const stack of ["local", "pr12"]) {
      const without = await recordStack("projects/compute", CONTRACTS, { stack });
      expect(without.ofType("aws:ecs/service:Service").length).toBe(2);
      expect(without.ofType(CANARY)).toEqual([]);
      expect(without.resources.filter(({ name, type }) => name === "canary" && type.startsWith("aws:s3"))).toEqual([]);
      expect(without.contract.observability).not.toHaveProperty("canaryName");
    }
  }, 60_000);
});

describe("the canary's package", () => {
  let folder: string;
  const build = (script: string) => {
    mkdirSync(join(folder, "build/nodejs/node_modules"), { recursive: true });
    writeFileSync(join(folder, "build", SCRIPT), script);
    return canaryPackage(join(folder, "build"), join(folder, "packages"));
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "canary-package-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has the script where Synthetics looks for it", async () => {
    const script = 'exports.handler = async () => "€";\n'.repeat(50);
    const read =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist()[0]); sys.stdout.write(z.read(z.namelist()[0]).decode())";
    const { stdout } = await promisify(execFile)("python3", ["-c", read, build(script)], {
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    expect(stdout).toBe(`${SCRIPT}\n${script}`);
  });

  it("has another path for another script, and the same for the same", () => {
    const first = build("one");
    const second = build("two");
    expect(second).not.toBe(first);
    expect(build("one")).toBe(first);
    expect(zipOf({ a: Buffer.from("a") })).toEqual(zipOf({ a: Buffer.from("a") }));
  });

  it("replaces what somebody else left under its path", () => {
    const path = build("one");
    const made = readFileSync(path);
    writeFileSync(path, "something else");
    expect(readFileSync(build("one"))).toEqual(made);
  });
});
