import { ACCOUNT_ID } from "../../cloud.ts";
import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

const TYPES = ["COST", "USAGE", "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"];
const TIME_UNITS = ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"];
const FILTERS = [
  ..."AZ BillingEntity CostCategory InstanceType InvoicingEntity LegalEntityName LinkedAccount Operation".split(" "),
  ..."PurchaseType Region Service TagKeyValue UsageType UsageTypeGroup".split(" "),
];
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}_\d{2}:\d{2}$/;
/** Of CreateBudget: so many notifications in a budget, and one topic and ten addresses for each. */
const NOTIFICATIONS_MAX = 10;
const TOPICS_MAX = 1;
const ADDRESSES_MAX = 10;
const PERCENTAGE_MAX = 1_000_000_000;

/** What AWS Budgets refuses by looking at a budget alone. */
export function budgetFailures(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { name, accountId, budgetType, timeUnit, limitAmount, limitUnit, costFilters, notifications } = inputs;
    const invalid = (property: string, reason: string) => refuse(property, `InvalidParameterException: ${reason}`);
    if (known(name) && !/^[^:\\]{1,100}$/.test(name))
      invalid("name", `budget name "${name}" must have 1 to 100 characters, without : and \\`);
    if (known(accountId) && accountId !== ACCOUNT_ID) invalid("accountId", `this account is ${ACCOUNT_ID}`);
    if (known(budgetType) && !TYPES.includes(budgetType))
      invalid("budgetType", `"${budgetType}" is none of ${TYPES.join(", ")}`);
    if (known(timeUnit) && !TIME_UNITS.includes(timeUnit))
      invalid("timeUnit", `"${timeUnit}" is none of ${TIME_UNITS.join(", ")}`);
    if (known(limitAmount) && !(/^\d+(\.\d+)?$/.test(String(limitAmount)) && Number(limitAmount) > 0))
      invalid("limitAmount", `"${limitAmount}" is no amount above zero`);
    const planned = inputs.plannedLimits !== undefined || inputs.autoAdjustData !== undefined;
    if (!planned && (limitAmount === undefined || limitUnit === undefined))
      invalid("limitAmount", "a budget needs limitAmount and limitUnit, plannedLimits or autoAdjustData");
    if (budgetType === "COST" && known(limitUnit) && limitUnit !== "USD")
      invalid("limitUnit", `a COST budget is measured in USD, not "${limitUnit}"`);
    if (inputs.costFilters !== undefined && inputs.filterExpression !== undefined)
      invalid("costFilters", "costFilters and filterExpression exclude each other");
    for (const property of ["timePeriodStart", "timePeriodEnd"])
      if (known(inputs[property]) && !TIMESTAMP.test(inputs[property]))
        invalid(property, `"${inputs[property]}" is not of the form 2026-01-01_00:00`);
    if (known(inputs.timePeriodStart) && known(inputs.timePeriodEnd) && inputs.timePeriodStart >= inputs.timePeriodEnd)
      invalid("timePeriodEnd", "a budget ends after it starts");
    for (const filter of (knownItems(costFilters) ?? []) as Properties[])
      for (const reason of filterFaults(filter)) invalid("costFilters", reason);
    const list = (knownItems(notifications) ?? []) as Properties[];
    for (const notification of list)
      for (const reason of notificationFaults(notification, timeUnit)) invalid("notifications", reason);
    if (list.length > NOTIFICATIONS_MAX)
      refuse("notifications", `CreationLimitExceededException: a budget has up to ${NOTIFICATIONS_MAX} notifications`);
    const keys = list.map((entry) =>
      ["notificationType", "comparisonOperator", "threshold", "thresholdType"]
        .map((key) => String(entry[key]))
        .join(" "),
    );
    if (list.every((entry) => Object.values(entry).every(known)) && new Set(keys).size < keys.length)
      refuse(
        "notifications",
        "DuplicateRecordException: two notifications watch for the same; give one both subscribers",
      );
  });
}

function filterFaults({ name, values }: Properties): readonly string[] {
  const odd = (knownItems(values) ?? []).find(
    (value) => name === "TagKeyValue" && !/^(user|aws):[^$]{1,128}\$.*$/.test(String(value)),
  );
  return [
    ...(known(name) && !FILTERS.includes(name) ? [`cost filter "${name}" is none of ${FILTERS.join(", ")}`] : []),
    ...(odd !== undefined ? [`tag filter "${odd as string}" is not of the form user:Key$value`] : []),
  ];
}

function notificationFaults(notification: Properties, timeUnit: unknown): readonly string[] {
  const { comparisonOperator, notificationType, threshold, thresholdType } = notification;
  const topics: unknown = notification.subscriberSnsTopicArns ?? [];
  const addresses: unknown = notification.subscriberEmailAddresses ?? [];
  const faults: string[] = [];
  const oneOf = (label: string, value: unknown, allowed: readonly string[]) => {
    if (known(value) && !allowed.includes(value as string))
      faults.push(`${label} "${value as string}" is none of ${allowed.join(", ")}`);
  };
  oneOf("comparisonOperator", comparisonOperator, ["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]);
  oneOf("notificationType", notificationType, ["ACTUAL", "FORECASTED"]);
  oneOf("thresholdType", thresholdType, ["PERCENTAGE", "ABSOLUTE_VALUE"]);
  if (known(threshold) && !(threshold > 0)) faults.push(`threshold ${threshold} is not above zero`);
  if (thresholdType === "PERCENTAGE" && known(threshold) && threshold > PERCENTAGE_MAX)
    faults.push(`threshold ${threshold} is above ${PERCENTAGE_MAX} percent`);
  if (notificationType === "FORECASTED" && timeUnit === "DAILY")
    faults.push("a DAILY budget has no forecast to notify of");
  if (!Array.isArray(topics) || !Array.isArray(addresses)) return faults;
  if (topics.length + addresses.length === 0) faults.push("a notification needs a subscriber");
  if (topics.length > TOPICS_MAX || addresses.length > ADDRESSES_MAX)
    faults.push(`a notification has up to ${TOPICS_MAX} topic and ${ADDRESSES_MAX} addresses`);
  for (const topic of topics.filter(known))
    if (!/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(String(topic)))
      faults.push(`"${String(topic)}" is no ARN of an SNS topic`);
  for (const address of addresses.filter(known))
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(String(address))) faults.push(`"${String(address)}" is no address`);
  return faults;
}
