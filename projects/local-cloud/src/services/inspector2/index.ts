import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { failures, fullyKnown, knownItems } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";

const ENABLER = "aws:inspector2/enabler:Enabler";
const SCANS = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE", "CODE_REPOSITORY"];

/** Recorded and checked: nothing is scanned. */
export function inspector2Service(_cloud: Cloud): Service {
  return { name: "inspector2", resources: [enabler] };
}

const enabler = recordedType({
  token: ENABLER,
  id: ({ accountIds, resourceTypes }) =>
    [accountIds as string[], resourceTypes as string[]].map((list) => list.toSorted().join(":")).join("-"),
  replaceOnChanges: [],
  check: ({ accountIds, resourceTypes }) =>
    failures((refuse) => {
      for (const account of (knownItems(accountIds) ?? []) as string[])
        if (account !== ACCOUNT_ID)
          refuse(
            "accountIds",
            `AccessDeniedException: Invoking account does not have access to enable for account ${account}; this one is ${ACCOUNT_ID}.`,
          );
      for (const scan of (knownItems(resourceTypes) ?? []) as string[])
        if (!SCANS.includes(scan))
          refuse("resourceTypes", `ValidationException: resource type "${scan}" is none of ${SCANS.join(", ")}`);
      if (!fullyKnown(resourceTypes)) return;
      if (resourceTypes.length === 0) refuse("resourceTypes", "ValidationException: name at least one resource type");
      if (resourceTypes.includes("LAMBDA_CODE") && !resourceTypes.includes("LAMBDA"))
        refuse("resourceTypes", "ValidationException: LAMBDA_CODE can be enabled only together with LAMBDA");
    }),
  conflict: oneSettingPerAccount(ENABLER),
});
