import { placeOf } from "../place.ts";
import type { ResourceRule } from "../rule.ts";
import { principalsOf, statementsOf } from "./policy-document.ts";

const KEY = "aws:kms/key:Key";
const DELETION_WINDOW_DAYS = { local: 7, dev: 7, staging: 30, prod: 30 } as const;
/** Days between two rotations, by what the key protects. */
const ROTATION_DAYS: Readonly<Record<string, number>> = { credential: 180, restricted: 180 };
const ROTATION_DAYS_OTHERWISE = 365;

export const keyRotation: ResourceRule = {
  id: "POL-4",
  name: "kms-key-rotation",
  pins: "SEC-16",
  holds: "Every customer-managed key rotates, sooner when it protects what is restricted, and has a deletion window.",
  remedy:
    "Set enableKeyRotation: true, rotationPeriodInDays (180 for credential and restricted, else 365) and deletionWindowInDays.",
  level: "mandatory",
  scope: "resource",
  types: [KEY],
  check: ({ props, urn }) => [
    () => {
      if ((props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT") {
        return `The key is ${String(props.customerMasterKeySpec)}, which cannot rotate by itself.`;
      }
      return props.enableKeyRotation !== true && "The key does not rotate.";
    },
    () => {
      if (props.enableKeyRotation !== true) return [];
      const classification = String((props.tags as Record<string, string> | undefined)?.DataClassification);
      const days = ROTATION_DAYS[classification] ?? ROTATION_DAYS_OTHERWISE;
      return (
        props.rotationPeriodInDays !== days &&
        `The key rotates every ${String(props.rotationPeriodInDays)} days, not ${days}.`
      );
    },
    () => {
      const { environment = "dev" } = placeOf(urn);
      const days = DELETION_WINDOW_DAYS[environment];
      return Number(props.deletionWindowInDays ?? 0) < days && `The key's deletion window is not ${days} days.`;
    },
  ],
};

export const keyPolicy: ResourceRule = {
  id: "POL-4",
  name: "kms-key-policy",
  pins: "SEC-16, SEC-28",
  holds: "Every key has an explicit policy, and `Principal: *` stands in denials only.",
  remedy: "Build the policy with the security layer's key policy function, and leave AWS's lockout check on.",
  level: "mandatory",
  scope: "resource",
  types: [KEY],
  check: ({ props }) => [
    () => {
      const statements = statementsOf(props.policy);
      if (statements.length === 0) return "The key has no policy of its own.";
      return statements
        .filter((statement) => statement.Effect === "Allow" && principalsOf(statement, "AWS").includes("*"))
        .map(({ Sid }) => `The key policy allows everybody (${Sid ?? "no Sid"}).`);
    },
    () => props.bypassPolicyLockoutSafetyCheck === true && "bypassPolicyLockoutSafetyCheck is true.",
  ],
};

export const singleRegionKeys: ResourceRule = {
  id: "POL-4",
  name: "kms-single-region",
  pins: "SEC-17",
  holds: "A key's material stays in one Region: the property cannot be taken back.",
  remedy: "Set multiRegion: false, or agree on an exception.",
  level: "mandatory",
  scope: "resource",
  types: [KEY],
  check: ({ props }) => props.multiRegion === true && "multiRegion is true.",
};
