import type { Cloud, Service } from "../../cloud.ts";
import { plan } from "./plan.ts";
import { restoreTestingPlan, restoreTestingSelection } from "./restore-testing.ts";
import { selection } from "./selection.ts";
import { logicallyAirGappedVault, vault, vaultLockConfiguration, vaultPolicy } from "./vaults.ts";

/** Recorded and checked: nothing is backed up here, and nothing restored. */
export function backupService(_cloud: Cloud): Service {
  return {
    name: "backup",
    resources: [
      vault,
      vaultLockConfiguration,
      vaultPolicy,
      logicallyAirGappedVault,
      plan,
      selection,
      restoreTestingPlan,
      restoreTestingSelection,
    ],
  };
}
