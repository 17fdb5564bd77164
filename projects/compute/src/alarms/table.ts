/** All alarms of the stack, topic by topic. */
import type { AlarmRow, CompositeRow, WaitingRow } from "./alarm.ts";
import { audit } from "./audit.ts";
import { budgetBurn } from "./budget-burn.ts";
import { cacheAlarms } from "./cache.ts";
import { canaryAlarms } from "./canary.ts";
import { databaseAlarms } from "./database.ts";
import { filesAndCertificates } from "./files-and-certificates.ts";
import { identity } from "./identity.ts";
import { latency } from "./latency.ts";
import { PRIVACY_WAITS } from "./privacy.ts";
import { rotation, ROTATION_WAITS } from "./rotation.ts";
import { gatewayHealth } from "./service-health.ts";
import { streams } from "./streams.ts";
import type { Watched } from "./watched.ts";

/** Without those of deployments, which are made before the service that they watch. */
export function alarmRows(watched: Watched): readonly AlarmRow[] {
  return [
    ...latency(watched),
    ...gatewayHealth(watched),
    ...audit(watched),
    ...streams(watched),
    ...databaseAlarms(watched),
    ...cacheAlarms(watched),
    ...identity(watched),
    ...rotation(watched),
    ...canaryAlarms(watched),
    ...filesAndCertificates(watched),
  ];
}

export function compositeRows(watched: Watched): readonly CompositeRow[] {
  return budgetBurn(watched);
}

export const WAITING_ROWS: readonly WaitingRow[] = [...ROTATION_WAITS, ...PRIVACY_WAITS];
