import { s3Service } from "../../src/services/s3/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

// moto takes its time on a busy machine.
jest.setTimeout(30_000);

describe("the account's public access block", () => {
  let cloud: TestCloud;
  let resources: Resources;
  beforeAll(async () => {
    cloud = await startTestCloud([s3Service]);
    resources = new Resources(cloud);
  });
  afterAll(() => cloud.close());

  it("is one, of this account", async () => {
    const block = await resources.create(BLOCK, "one", { blockPublicPolicy: false });
    expect(block).toMatchObject({ id: "000000000000", outputs: { accountId: "000000000000" } });
    await expect(resources.create(BLOCK, "two", {})).rejects.toThrow("another resource holds it");
    expect(await resources.failuresOf(BLOCK, { accountId: "111111111111" })).toMatchObject([
      { property: "accountId", reason: expect.stringContaining("AccessDenied") },
    ]);
    await resources.remove(block);
  });

  it("keeps every bucket's policy from admitting everybody", async () => {
    await resources.create("aws:s3/bucket:Bucket", "open", { bucket: "open" });
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::open/*" };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await resources.remove(await resources.create(POLICY, "open", { bucket: "open", policy }));
    await resources.create(BLOCK, "account", { blockPublicPolicy: true });
    await expect(resources.create(POLICY, "open", { bucket: "open", policy })).rejects.toThrow("AccessDenied");
  });
});
