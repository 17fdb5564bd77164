import { s3Service } from "../../src/services/s3/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const type = (name: string) => `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
const LOCK = type("BucketObjectLockConfiguration");
const VERSIONING = type("BucketVersioning");
const rule = { defaultRetention: { mode: "GOVERNANCE", days: 1 } };

// moto takes its time on a busy machine.
jest.setTimeout(30_000);

describe("an object lock", () => {
  let cloud: TestCloud;
  let resources: Resources;
  beforeAll(async () => {
    cloud = await startTestCloud([s3Service]);
    resources = new Resources(cloud);
  });
  afterAll(() => cloud.close());
  const bucket = (name: string, more: object = {}) => resources.create(type("Bucket"), name, { bucket: name, ...more });
  const versioning = (name: string, status: string) =>
    resources.create(VERSIONING, name, { bucket: name, versioningConfiguration: { status } });

  it("needs versions, or a bucket that was made for it", async () => {
    await bucket("no-versions");
    await expect(resources.create(LOCK, "no-versions", { bucket: "no-versions", rule })).rejects.toThrow(
      "InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration.",
    );
    await bucket("made-for-it", { objectLockEnabled: true });
    await resources.create(LOCK, "made-for-it", { bucket: "made-for-it", rule });
  });

  it("does not let versions be suspended", async () => {
    await bucket("locked", { objectLockEnabled: true });
    const on = await versioning("locked", "Enabled");
    await resources.create(LOCK, "locked", { bucket: "locked", rule });
    const off = { ...on.inputs, versioningConfiguration: { status: "Suspended" } };
    await expect(resources.update(on, off)).rejects.toThrow(
      "InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    );
    await bucket("free");
    await resources.update(await versioning("free", "Enabled"), { ...off, bucket: "free" });
  });

  it.each([
    ["no unit", { mode: "GOVERNANCE" }, "days or years"],
    ["two units", { mode: "GOVERNANCE", days: 1, years: 1 }, "days or years"],
    ["a mode that is none", { mode: "STRICT", days: 1 }, "not GOVERNANCE or COMPLIANCE"],
    ["no day", { mode: "GOVERNANCE", days: 0 }, "positive integer"],
    ["more than a hundred years", { mode: "COMPLIANCE", years: 101 }, "too large"],
  ])("is refused with %s", async (_, defaultRetention, reason) => {
    const failures = await resources.failuresOf(LOCK, { bucket: "a", rule: { defaultRetention } });
    expect(failures).toMatchObject([{ reason: expect.stringContaining(reason) }]);
  });

  it("keeps access logs out of its bucket", async () => {
    await bucket("source");
    const log = { bucket: "source", targetBucket: "locked", targetPrefix: "" };
    await expect(resources.create(type("BucketLogging"), "source", log)).rejects.toThrow(
      "InvalidTargetBucketForLogging: The target bucket must not have a default retention of object lock",
    );
  });
});
