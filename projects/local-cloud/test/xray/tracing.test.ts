import { xrayService } from "../../src/services/xray/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const RULE = "aws:xray/samplingRule:SamplingRule";
const ENCRYPTION = "aws:xray/encryptionConfig:EncryptionConfig";
const rule = {
  ruleName: "srs-local-privacy",
  priority: 10,
  version: 1,
  reservoirSize: 1,
  fixedRate: 1,
  urlPath: "/v1/privacy/*",
  host: "*",
  httpMethod: "*",
  serviceName: "*",
  serviceType: "*",
  resourceArn: "*",
};

describe("tracing", () => {
  const world = useRecordedAccount([xrayService]);

  it("takes a rule and gives it its ARN", async () => {
    const made = await world.resources.create(RULE, "privacy", rule);
    expect(made.outputs.arn).toBe("arn:aws:xray:us-east-1:000000000000:sampling-rule/srs-local-privacy");
  });

  it.each([
    ["a name of 33 characters", RULE, { ...rule, ruleName: "a".repeat(33) }, "ruleName"],
    ["priority 0", RULE, { ...rule, priority: 0 }, "priority"],
    ["a rate in percent", RULE, { ...rule, fixedRate: 5 }, "fixedRate"],
    ["a path of 129 characters", RULE, { ...rule, urlPath: "/".repeat(129) }, "urlPath"],
    ["encryption under no key", ENCRYPTION, { type: "KMS" }, "keyId"],
    [
      "a key and no encryption",
      ENCRYPTION,
      { type: "NONE", keyId: "arn:aws:kms:us-east-1:000000000000:key/a" },
      "keyId",
    ],
  ])("refuses %s", async (_, type, inputs, property) => {
    expect(await world.resources.failuresOf(type, inputs)).toMatchObject([{ property }]);
  });
});
