import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Credentials, CredentialStore } from "../cloud.ts";
import { ACCOUNT_ID } from "../cloud.ts";
import { readJson, writeFileAtomically, writeJson } from "./durable-json.ts";

/** Who the person at the keyboard is, as an AWS account would name its administrator. */
export const OPERATOR_ARN = `arn:aws:iam::${ACCOUNT_ID}:user/operator`;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function loadSigningKey(file: string): Buffer {
  if (!existsSync(file)) writeFileAtomically(file, randomBytes(32).toString("hex"));
  return Buffer.from(readFileSync(file, "utf8").trim(), "hex");
}

/**
 * Credentials that outlive the cloud's own process: tasks go on working while it restarts.
 * Everything is derived from one key per stack, so only the list of who holds an access key is kept, and no secret.
 */
export function openCredentials(home: string): CredentialStore {
  const signingKey = loadSigningKey(join(home, "credentials.key"));
  const principalsFile = join(home, "principals.json");
  const principals = new Map(Object.entries(readJson<Record<string, string>>(principalsFile) ?? {}));

  const derive = (purpose: string, value: string) =>
    createHmac("sha256", signingKey).update(`${purpose}\n${value}`).digest();
  const secretOf = (accessKeyId: string) => derive("secret", accessKeyId).toString("base64").slice(0, 40);
  function accessKeyOf(prefix: "AKIA" | "ASIA", principalArn: string): string {
    const characters = [...derive("access key", principalArn).subarray(0, 16)].map((byte) => BASE32[byte % 32]);
    const accessKeyId = prefix + characters.join("");
    if (!principals.has(accessKeyId)) {
      principals.set(accessKeyId, principalArn);
      writeJson(principalsFile, Object.fromEntries(principals));
    }
    return accessKeyId;
  }

  const sessionTokenOf = (accessKeyId: string) =>
    accessKeyId.startsWith("ASIA") ? derive("session", accessKeyId).toString("base64") : undefined;

  const operatorKeyId = accessKeyOf("AKIA", OPERATOR_ARN);
  return {
    operator: { accessKeyId: operatorKeyId, secretAccessKey: secretOf(operatorKeyId) },
    issue(roleArn): Credentials {
      const accessKeyId = accessKeyOf("ASIA", roleArn);
      return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken: sessionTokenOf(accessKeyId) };
    },
    find(accessKeyId) {
      const principalArn = principals.get(accessKeyId);
      if (principalArn === undefined) return undefined;
      return { principalArn, secretAccessKey: secretOf(accessKeyId), sessionToken: sessionTokenOf(accessKeyId) };
    },
  };
}
