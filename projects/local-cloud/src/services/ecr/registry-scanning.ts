import { ACCOUNT_ID } from "../../cloud.ts";
import { failures, known, knownItems } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  BASIC: ["SCAN_ON_PUSH"],
  ENHANCED: ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"],
};
const FILTERS_MAX = 100;

/** How the whole registry is scanned: one setting of the account. Nothing here is scanned. */
export const registryScanning = recordedType({
  token: SCANNING,
  id: () => ACCOUNT_ID,
  computed: { registryId: () => ACCOUNT_ID },
  replaceOnChanges: [],
  check: ({ scanType, rules }) =>
    failures((refuse) => {
      const frequencies = known(scanType) ? FREQUENCIES[scanType] : undefined;
      if (known(scanType) && frequencies === undefined)
        refuse("scanType", `InvalidParameterException: scanType "${scanType}" is neither BASIC nor ENHANCED`);
      for (const { scanFrequency, repositoryFilters } of knownItems<Properties>(rules) ?? []) {
        if (known(scanFrequency) && frequencies !== undefined && !frequencies.includes(scanFrequency))
          refuse("rules", `InvalidParameterException: scanFrequency ${scanFrequency} is not possible with ${scanType}`);
        const filters = knownItems<Properties>(repositoryFilters) ?? [];
        if (filters.length > FILTERS_MAX)
          refuse("rules", `InvalidParameterException: a rule has at most ${FILTERS_MAX} filters`);
        for (const { filter, filterType } of filters) {
          if (known(filterType) && filterType !== "WILDCARD")
            refuse("rules", `InvalidParameterException: filterType "${filterType}" is not WILDCARD`);
          if (known(filter) && !/^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/.test(filter))
            refuse("rules", `InvalidParameterException: "${filter}" is no filter of repository names`);
        }
      }
    }),
  conflict: oneSettingPerAccount(SCANNING),
});
