import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { onePerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";

const ACCOUNT = "aws:securityhub/account:Account";
const GENERATORS = ["SECURITY_CONTROL", "STANDARD_CONTROL"];
/** What follows `standards/` in an ARN. The oldest standard has an ARN without a Region, under `ruleset/`. */
const STANDARDS = [
  "aws-foundational-security-best-practices/v/1.0.0",
  "aws-resource-tagging-standard/v/1.0.0",
  "cis-aws-foundations-benchmark/v/1.4.0",
  "cis-aws-foundations-benchmark/v/3.0.0",
  "cis-aws-foundations-benchmark/v/5.0.0",
  "nist-800-53/v/5.0.0",
  "nist-800-171/v/2.0.0",
  "pci-dss/v/3.2.1",
  "pci-dss/v/4.0.1",
];
const STANDARD_ARNS = [
  ...STANDARDS.map((standard) => `arn:aws:securityhub:${REGION}::standards/${standard}`),
  "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0",
];

/** Recorded and checked: no control is evaluated. */
export function securityhubService(_cloud: Cloud): Service {
  return { name: "securityhub", resources: [account, standardsSubscription] };
}

const account = recordedType({
  token: ACCOUNT,
  id: () => ACCOUNT_ID,
  arn: () => arn("securityhub", "hub/default"),
  replaceOnChanges: ["enableDefaultStandards"],
  check: ({ controlFindingGenerator: generator }) =>
    failures((refuse) => {
      if (known(generator) && !GENERATORS.includes(generator))
        refuse(
          "controlFindingGenerator",
          `InvalidInputException: Invalid parameter 'controlFindingGenerator': "${generator}" is none of ${GENERATORS.join(", ")}.`,
        );
    }),
  conflict: onePerAccount(ACCOUNT, "ResourceConflictException: Account is already subscribed to Security Hub"),
});

const standardsSubscription = recordedType({
  token: "aws:securityhub/standardsSubscription:StandardsSubscription",
  id: ({ standardsArn }) => subscriptionArn(standardsArn),
  arn: (_, id) => id,
  replaceOnChanges: ["standardsArn"],
  uniqueBy: ["standardsArn"],
  check: ({ standardsArn }) =>
    failures((refuse) => {
      if (known(standardsArn) && !STANDARD_ARNS.includes(standardsArn))
        refuse(
          "standardsArn",
          `InvalidInputException: Invalid parameter 'StandardsArn': ${standardsArn} is no standard in ${REGION}; ` +
            `there are ${STANDARD_ARNS.join(", ")}.`,
        );
    }),
  conflict: (_, cloud) =>
    cloud.account.ofType(ACCOUNT).length === 0
      ? `InvalidAccessException: Account ${ACCOUNT_ID} is not subscribed to AWS Security Hub. Let the subscription depend on the account.`
      : undefined,
});

function subscriptionArn(standardsArn: string): string {
  return arn("securityhub", `subscription/${standardsArn.replace(/^.*?:(standards|ruleset)\//, "")}`);
}
