import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

const SIGNING = ["SIGN_VERIFY"];
const CURVE = ["SIGN_VERIFY", "KEY_AGREEMENT"];
const RSA = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"];
const MAC = ["GENERATE_VERIFY_MAC"];

/** Each kind of key with what it may be used for (KMS developer guide, "Key spec reference"). */
const USAGES: Readonly<Record<string, readonly string[]>> = {
  SYMMETRIC_DEFAULT: ["ENCRYPT_DECRYPT"],
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: CURVE,
  ECC_NIST_P384: CURVE,
  ECC_NIST_P521: CURVE,
  ECC_NIST_EDWARDS25519: SIGNING,
  ECC_SECG_P256K1: SIGNING,
  ML_DSA_44: SIGNING,
  ML_DSA_65: SIGNING,
  ML_DSA_87: SIGNING,
  HMAC_224: MAC,
  HMAC_256: MAC,
  HMAC_384: MAC,
  HMAC_512: MAC,
};
const DESCRIPTION_MAX = 8_192;

/** What KMS refuses in a key beside its policy. */
export function keySettingFailures(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { deletionWindowInDays: days, rotationPeriodInDays: period, enableKeyRotation, description } = inputs;
    const { customerMasterKeySpec: spec = "SYMMETRIC_DEFAULT", keyUsage: usage = "ENCRYPT_DECRYPT" } = inputs;
    const usages = known(spec) ? USAGES[spec] : undefined;
    if (known(spec) && usages === undefined)
      refuse(
        "customerMasterKeySpec",
        `ValidationException: "${spec}" is no key spec: ${Object.keys(USAGES).join(", ")}.`,
      );
    if (known(usage) && usages !== undefined && !usages.includes(usage))
      refuse(
        "keyUsage",
        `ValidationException: KeyUsage ${usage} is not compatible with KeySpec ${spec}; it takes ${usages.join(" or ")}.`,
      );
    if (enableKeyRotation === true && known(spec) && spec !== "SYMMETRIC_DEFAULT")
      refuse(
        "enableKeyRotation",
        `UnsupportedOperationException: a key of spec ${spec} does not rotate by itself; make a new one and move its alias.`,
      );
    if (known(days) && (days < 7 || days > 30))
      refuse("deletionWindowInDays", `ValidationException: ${days} days; a key waits 7 to 30 days before it is gone.`);
    if (known(period) && (period < 90 || period > 2_560))
      refuse("rotationPeriodInDays", `ValidationException: ${period} days; the rotation period is 90 to 2560 days.`);
    if (known(period) && (enableKeyRotation === false || enableKeyRotation === undefined))
      refuse("rotationPeriodInDays", "A rotation period needs enableKeyRotation.");
    if (known(description) && description.length > DESCRIPTION_MAX)
      refuse("description", `ValidationException: a description has up to ${DESCRIPTION_MAX} characters.`);
    if (known(inputs.customKeyStoreId)) refuse("customKeyStoreId", "The local cloud has no custom key stores.");
  });
}
