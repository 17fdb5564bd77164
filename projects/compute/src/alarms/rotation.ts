import type { AlarmRow, WaitingRow } from "./alarm.ts";
import { lambda } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** COMP-82. */
export function rotation(watched: Watched): readonly AlarmRow[] {
  return [
    {
      purpose: "rotation-fails",
      rule: "COMP-82",
      says: "The rotation of a secret failed",
      todo: "The version in use still works. The function's log names the secret and the step; Secrets Manager tries again.",
      subject: { metric: lambda(watched.rotationFunction, "Errors", "Sum") },
      periodSeconds: 300,
      comparison: "at least",
      threshold: 1,
      points: [1, 1],
      missing: "notBreaching",
      urgency: "look",
    },
  ];
}

/**
 * A secret's age is no metric of AWS's. Until there is one, the account's rule `secretsmanager-secret-periodic-rotation`
 * and Security Hub tell of secrets that were not rotated.
 */
export const ROTATION_WAITS: readonly WaitingRow[] = [
  {
    purpose: "secret-old",
    rule: "COMP-82",
    says: "A secret is older than 35 days",
    metric: "secret_age_days",
    waitsFor: "the daily inventory of secrets",
  },
];
