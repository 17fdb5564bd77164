import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Cloud } from "../../cloud.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";

/**
 * What a service does before it encrypts under a customer's key: look whether the key is there and enabled.
 * Undefined and `alias/aws/...` are AWS's own keys, which always are.
 * @returns the ARN of a customer's key
 */
export async function requireKey(cloud: Cloud, keyId: string | null | undefined): Promise<string | undefined> {
  if (keyId === undefined || keyId === null || /(^|:)alias\/aws\//.test(keyId)) return undefined;
  const call = clientOf(cloud, KMSClient).send(new DescribeKeyCommand({ KeyId: keyId }));
  const found = await unlessMissing(call, "NotFoundException");
  if (found === undefined) throw new Error(`NotFoundException: the KMS key ${keyId} does not exist.`);
  const { KeyMetadata } = found;
  if (KeyMetadata?.Enabled === true) return KeyMetadata.Arn;
  throw new Error(
    `KMSInvalidStateException: the key ${keyId} is ${KeyMetadata?.KeyState ?? "unknown"}; it must be enabled.`,
  );
}
