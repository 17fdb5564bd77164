/** One row per key: what it protects, and who may use it. Data of students in data-keys.ts, all else in platform-keys.ts. */
import type { Classification, StackSettings } from "@records/conventions";
import { dataKeys } from "./data-keys.ts";
import type { KeyUse } from "./key-policies.ts";
import { platformKeys } from "./platform-keys.ts";

/** Keys by their name in the contract; the value is their name everywhere else. */
export const KEY_NAMES = {
  database: "database",
  studentFields: "student-fields",
  cache: "cache",
  events: "events",
  files: "files",
  secrets: "secrets",
  audit: "audit",
  logs: "logs",
  compute: "compute",
  backup: "backup",
  signing: "signing",
} as const;
export type KeyPurpose = keyof typeof KEY_NAMES;

export interface KeySpec {
  readonly description: string;
  readonly classification: Classification;
  /** Twice a year for what opens other things or shows the most; null where KMS cannot rotate: a key pair that signs. */
  readonly rotationDays: 180 | 365 | null;
  readonly multiRegion?: boolean;
  readonly use: KeyUse;
}

/** What the rows need to know of the stack. */
export type KeyPlace = Pick<
  StackSettings,
  "accountId" | "region" | "suffix" | "sizing" | "arn" | "name" | "roleName" | "applyRole"
>;

export function keySpecs(place: KeyPlace): Record<KeyPurpose, KeySpec> {
  return { ...dataKeys(place), ...platformKeys(place) };
}
