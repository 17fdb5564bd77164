import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { kmsService } from "../../local-cloud/src/services/kms/index.ts";
import { snsService } from "../../local-cloud/src/services/sns/index.ts";
import { type Engine, startEngine } from "../../local-cloud/test/provider/engine.ts";
import { TAGS } from "./fixtures.ts";

const ANALYZER = join(import.meta.dirname, "..", "analyzer");
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" },
  ],
});

jest.setTimeout(60_000);

describe("the engine with the policy pack", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine((cloud) => [kmsService(cloud), snsService(cloud)]);
  });
  afterAll(() => engine.close());

  /** A topic that breaks nothing, and a key that may. */
  const program = (rotates: boolean) => async () => {
    new aws.sns.Topic("alerts", { name: "srs-local-alerts", kmsMasterKeyId: "alias/srs-local-compute", tags: TAGS });
    new aws.kms.Key("records", { enableKeyRotation: rotates, deletionWindowInDays: 7, policy: POLICY, tags: TAGS });
  };

  it("lets a plan pass in which every rule holds", async () => {
    const stack = await engine.stack(program(true), "local");
    const { changeSummary } = await stack.preview({ policyPacks: [ANALYZER] });
    expect(changeSummary).toEqual({ create: 3 });
  });

  it("refuses a key without rotation before anything is created, and names rule, resource and remedy", async () => {
    const stack = await engine.stack(program(false), "local");
    const refusal = await stack.preview({ policyPacks: [ANALYZER] }).then(
      () => "it passed",
      (error: Error) => error.message,
    );
    expect(refusal).toContain("kms-key-rotation");
    expect(refusal).toContain("records");
    expect(refusal).toContain("Set enableKeyRotation: true");
    expect(engine.cloud.account.all()).toEqual([]);
  });
});
