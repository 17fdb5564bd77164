import { GetPublicKeyCommand, SignCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { Signer } from "./anchor.ts";

/** Signs with a key pair that never leaves KMS. It takes 4,096 bytes as they are; an anchor has a tenth of that. */
export function kmsSigner(kms: KMSClient, keyId: string): Signer {
  return {
    keyId,
    sign: async (text) => {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: Buffer.from(text),
          MessageType: "RAW",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      return Buffer.from(Signature ?? []);
    },
  };
}

/** PEM. Kept beside the anchors: the key pair is replaced once a year, and old anchors are checked with old keys. */
export async function publicKeyPem(kms: KMSClient, keyId: string): Promise<string> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  const lines =
    Buffer.from(PublicKey ?? [])
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}
