/** Ids and ARNs in the form each service gives them. */
import { createHash, randomBytes } from "node:crypto";
import { ACCOUNT_ID, REGION } from "./cloud.ts";

/** `vpc-0a1b2c3d4e5f60718`: EC2's form, also used by other services of that age. */
export function newResourceId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
}

/** The same form for what comes with another resource (a VPC's default group): the same for the same owner. */
export function derivedResourceId(prefix: string, owner: string, purpose = ""): string {
  return `${prefix}-${derivedHex(17, prefix, owner, purpose)}`;
}

/** Newer services count their hex digits otherwise: `rslvr-frg-` and 16, a detector's 32 without a prefix. */
export function newHexId(prefix: string, length: number): string {
  return (
    prefix +
    randomBytes(Math.ceil(length / 2))
      .toString("hex")
      .slice(0, length)
  );
}

export function derivedHex(length: number, ...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, length);
}

/** IAM and Route 53 write ids in capitals and digits: `AROA...`, `Z...`. */
export function newCapitalId(prefix: string, length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return prefix + [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

export function derivedCapitalId(prefix: string, length: number, owner: string): string {
  return prefix + derivedHex(length, prefix, owner).toUpperCase();
}

export function arn(service: string, resource: string, region: string = REGION): string {
  return `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;
}

export function iamArn(resource: string): string {
  return arn("iam", resource, "");
}
