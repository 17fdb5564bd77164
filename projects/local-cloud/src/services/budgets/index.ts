import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { recordedType } from "../../recorded-type.ts";
import { budgetFailures } from "./checks.ts";

/** Recorded and checked: nothing costs anything here, and nobody is told. */
export function budgetsService(_cloud: Cloud): Service {
  return { name: "budgets", resources: [budget] };
}

const budget = recordedType({
  token: "aws:budgets/budget:Budget",
  id: ({ name }) => `${ACCOUNT_ID}:${name}`,
  arn: ({ name }) => arn("budgets", `budget/${name}`, ""),
  replaceOnChanges: ["accountId", "name", "namePrefix"],
  autoName: "name",
  uniqueBy: ["name"],
  check: budgetFailures,
  conflict: ({ notifications }, cloud) => {
    const topics = ((notifications ?? []) as { subscriberSnsTopicArns?: string[] }[]).flatMap(
      ({ subscriberSnsTopicArns }) => subscriberSnsTopicArns ?? [],
    );
    const absent = topics.find((topic) => cloud.account.byArn(topic) === undefined);
    return absent && `InvalidParameterException: the account has no SNS topic ${absent} to notify.`;
  },
});
