import type { WaitingRow } from "./alarm.ts";

/**
 * COMP-83. Use of the break-glass role is told by a rule on the trail, in the security stack: events there arrive in
 * seconds and need no metric. Deadlines of requests come with the application that keeps them.
 */
export const PRIVACY_WAITS: readonly WaitingRow[] = [
  {
    purpose: "access-request-due",
    rule: "COMP-83",
    says: "A student's request to see a record has waited 40 days for an answer, and 45 are allowed",
    metric: "privacy_deadline_days",
    waitsFor: "the privacy workflows",
  },
];
