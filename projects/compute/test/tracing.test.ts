import { exampleContracts } from "@records/contracts/examples";
import { recordStack } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

const PROD = exampleContracts({ accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 });
const RULE = "aws:xray/samplingRule:SamplingRule";
const ENCRYPTION = "aws:xray/encryptionConfig:EncryptionConfig";

describe("traces", () => {
  it("have all of privacy, one in twenty of the rest and one a second, of our API alone", async () => {
    const prod = await recordStack("projects/compute", PROD, { stack: "prod" });
    const ofOurApi = { serviceName: "srs-prod-records/v1", serviceType: "AWS::ApiGateway::Stage", reservoirSize: 1 };
    const [privacy, requests] = ["privacy", "requests"].map((name) => prod.get(RULE, name).inputs);
    expect(privacy).toMatchObject({ ...ofOurApi, urlPath: "/v1/privacy/*", fixedRate: 1 });
    expect(requests).toMatchObject({ ...ofOurApi, urlPath: "*", fixedRate: 0.05 });
    expect(privacy?.priority).toBeLessThan(requests?.priority as number);
    expect(prod.get(ENCRYPTION, "traces").inputs).toEqual({ type: "KMS", keyId: PROD.security.kmsKeyArns.compute });
  }, 60_000);

  it("are encrypted by the account's own stack, not by one that shares it", async () => {
    const shared = await recordStack("projects/compute", CONTRACTS, { stack: "pr12" });
    expect(shared.ofType(RULE)).toHaveLength(2);
    expect(shared.ofType(ENCRYPTION)).toEqual([]);
  }, 60_000);
});
