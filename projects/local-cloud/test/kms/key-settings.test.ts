import { kmsService } from "../../src/services/kms/index.ts";
import { keySettingFailures } from "../../src/services/kms/key-settings.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const KEY = "aws:kms/key:Key";

// moto takes its time on a busy machine.
jest.setTimeout(30_000);

describe("the settings of a key", () => {
  it.each([
    [
      "rotates asymmetric material",
      { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY", enableKeyRotation: true },
      "enableKeyRotation",
      "does not rotate by itself",
    ],
    [
      "encrypts with a curve",
      { customerMasterKeySpec: "ECC_NIST_P256" },
      "keyUsage",
      "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256",
    ],
    [
      "signs with a symmetric key",
      { keyUsage: "SIGN_VERIFY" },
      "keyUsage",
      "not compatible with KeySpec SYMMETRIC_DEFAULT",
    ],
    ["has no such spec", { customerMasterKeySpec: "ECC_P256" }, "customerMasterKeySpec", "is no key spec"],
    ["goes in six days", { deletionWindowInDays: 6 }, "deletionWindowInDays", "7 to 30 days"],
    ["goes in 31 days", { deletionWindowInDays: 31 }, "deletionWindowInDays", "7 to 30 days"],
    [
      "rotates each 89 days",
      { enableKeyRotation: true, rotationPeriodInDays: 89 },
      "rotationPeriodInDays",
      "90 to 2560 days",
    ],
    [
      "rotates each 2561 days",
      { enableKeyRotation: true, rotationPeriodInDays: 2_561 },
      "rotationPeriodInDays",
      "90 to 2560",
    ],
    [
      "has a period and does not rotate",
      { rotationPeriodInDays: 180 },
      "rotationPeriodInDays",
      "needs enableKeyRotation",
    ],
    ["is described at length", { description: "x".repeat(8_193) }, "description", "8192"],
  ])("are refused when it %s", (_, inputs, property, reason) => {
    expect(keySettingFailures(inputs)).toEqual([{ property, reason: expect.stringContaining(reason) }]);
  });

  it.each([
    {},
    { enableKeyRotation: true, rotationPeriodInDays: 90, deletionWindowInDays: 7 },
    { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" },
    { customerMasterKeySpec: UNKNOWN, keyUsage: "SIGN_VERIFY", enableKeyRotation: UNKNOWN, rotationPeriodInDays: 365 },
  ])("pass when KMS takes them, or they are not known: %j", (inputs) => {
    expect(keySettingFailures(inputs)).toEqual([]);
  });

  describe("of a key that signs", () => {
    let cloud: TestCloud;
    beforeAll(async () => {
      cloud = await startTestCloud([kmsService]);
    });
    afterAll(() => cloud.close());

    it("keep it without rotation, and show no drift", async () => {
      const resources = new Resources(cloud);
      const inputs = { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY", deletionWindowInDays: 7 };
      const key = await resources.create(KEY, "signing", inputs);
      expect(await resources.read(key)).toMatchObject({ ...inputs, enableKeyRotation: false, isEnabled: true });
      const described = await resources.update(key, { ...inputs, description: "signs" });
      expect(await resources.read(described)).toMatchObject({ description: "signs" });
    });
  });
});
