/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
import type { AccountView } from "../account-view.ts";
import { aliasesOf, encryptionContext, keyArnOf } from "../keys.ts";
import { given, operations, type Input, type Use } from "../request.ts";

/** moto begins what it encrypts with the key's id, as KMS names it there. */
const KEY_ID_BYTES = 36;

const onKey =
  (operation: string, keyIdOf = (input: Input): string => String(input.KeyId ?? "")) =>
  (input: Input, account: AccountView): readonly Use[] => [
    use(operation, keyIdOf(input), (input.EncryptionContext ?? {}) as Record<string, string>, input, account),
  ];

function use(
  operation: string,
  keyId: string,
  context: Readonly<Record<string, string>>,
  input: Input,
  account: AccountView,
): Use {
  const resource = keyArnOf(account, keyId);
  return {
    action: `kms:${operation}`,
    resource,
    context: {
      ...encryptionContext(context),
      ...given("kms:RequestAlias", /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1]),
      ...given("kms:SigningAlgorithm", input.SigningAlgorithm),
      ...given(
        "kms:MessageType",
        operation === "Sign" || operation === "Verify" ? (input.MessageType ?? "RAW") : undefined,
      ),
      ...given(
        "kms:EncryptionAlgorithm",
        ENCRYPTING.has(operation) ? (input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT") : undefined,
      ),
      "kms:ResourceAliases": aliasesOf(account, resource),
    },
  };
}

const ENCRYPTING = new Set(["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"]);

/** The caller need not say under which key something is: the ciphertext does. */
const keyOfCiphertext = ({ CiphertextBlob, KeyId }: Input): string =>
  (KeyId as string | undefined) ??
  Buffer.from(String(CiphertextBlob ?? ""), "base64")
    .subarray(0, KEY_ID_BYTES)
    .toString("latin1");

export const kms = operations({
  CancelKeyDeletion: onKey("CancelKeyDeletion"),
  CreateKey: () => [{ action: "kms:CreateKey", resource: "*" }],
  Decrypt: onKey("Decrypt", keyOfCiphertext),
  DescribeKey: onKey("DescribeKey"),
  DisableKey: onKey("DisableKey"),
  DisableKeyRotation: onKey("DisableKeyRotation"),
  EnableKey: onKey("EnableKey"),
  EnableKeyRotation: onKey("EnableKeyRotation"),
  Encrypt: onKey("Encrypt"),
  GenerateDataKey: onKey("GenerateDataKey"),
  GenerateDataKeyWithoutPlaintext: onKey("GenerateDataKeyWithoutPlaintext"),
  GenerateMac: onKey("GenerateMac"),
  GenerateRandom: () => [{ action: "kms:GenerateRandom", resource: "*" }],
  GetKeyPolicy: onKey("GetKeyPolicy"),
  GetPublicKey: onKey("GetPublicKey"),
  ListAliases: () => [{ action: "kms:ListAliases", resource: "*" }],
  PutKeyPolicy: onKey("PutKeyPolicy"),
  ReEncrypt: (input, account) => [
    use(
      "ReEncryptFrom",
      String(input.SourceKeyId ?? keyOfCiphertext({ CiphertextBlob: input.CiphertextBlob })),
      (input.SourceEncryptionContext ?? {}) as Record<string, string>,
      input,
      account,
    ),
    use(
      "ReEncryptTo",
      String(input.DestinationKeyId ?? ""),
      (input.DestinationEncryptionContext ?? {}) as Record<string, string>,
      input,
      account,
    ),
  ],
  ScheduleKeyDeletion: onKey("ScheduleKeyDeletion"),
  Sign: onKey("Sign"),
  Verify: onKey("Verify"),
  VerifyMac: onKey("VerifyMac"),
});
