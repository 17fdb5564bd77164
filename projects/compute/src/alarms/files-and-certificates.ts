import type { AlarmRow } from "./alarm.ts";
import { certificate, files } from "./metrics.ts";
import type { Watched } from "./watched.ts";

const DAY_SECONDS = 86_400;
const DAYS_BEFORE_EXPIRY = 30;

/** COMP-85. */
export function filesAndCertificates(watched: Watched): readonly AlarmRow[] {
  const rest = { rule: "COMP-85", missing: "notBreaching", urgency: "look" } as const;
  return [
    {
      ...rest,
      purpose: "files-busy",
      says: "The file system uses more than four fifths of what its performance mode gives",
      todo: "See which task writes so much: exports and documents are meant to be few.",
      subject: { metric: files(watched, "PercentIOLimit", "Maximum") },
      periodSeconds: 300,
      comparison: "above",
      threshold: 80,
      points: [3, 3],
    },
    ...watched.certificates.map(({ purpose, arn }): AlarmRow => ({
      ...rest,
      purpose: `certificate-${purpose}`,
      says: `The certificate of ${purpose} ends in less than ${DAYS_BEFORE_EXPIRY} days`,
      todo: "It should have been renewed by itself at 60 days: see whether its proof is still in the zone.",
      subject: { metric: certificate(arn, "DaysToExpiry", "Minimum") },
      periodSeconds: DAY_SECONDS,
      comparison: "below",
      threshold: DAYS_BEFORE_EXPIRY,
      points: [1, 1],
    })),
  ];
}
