/** What WAF refuses by looking at one resource's inputs. */
import { failures, fullyKnown, known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { parseCidr } from "../ec2/cidr.ts";
import { GROUPS, statementFaults } from "./statement-checks.ts";

const NAME = /^[\w-]{1,128}$/;
const METRIC = /^[\w#:./-]{1,255}$/;
const ADDRESSES_MAX = 10_000;
const PROTECTED_FIELDS = ["SINGLE_HEADER", "SINGLE_COOKIE", "SINGLE_QUERY_ARGUMENT", "QUERY_STRING", "BODY"];
const REDACTABLE = ["method", "queryString", "singleHeader", "uriPath"];

type Refuse = (property: string, reason: string) => void;

function checkNameAndScope({ name, scope }: Properties, refuse: Refuse): void {
  if (known(name) && !NAME.test(name))
    refuse("name", `WAFInvalidParameterException: "${name}" is not 1 to 128 letters, digits, hyphens and underscores`);
  if (known(scope) && scope !== "REGIONAL")
    refuse("scope", `"${scope}" is not served by the local cloud, which has no CloudFront: REGIONAL`);
}

export function checkIpSet(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    checkNameAndScope(inputs, refuse);
    const { ipAddressVersion, addresses } = inputs;
    if (known(ipAddressVersion) && ipAddressVersion !== "IPV4")
      refuse("ipAddressVersion", `"${ipAddressVersion}" is not served by the local cloud: IPV4`);
    if (!fullyKnown(addresses)) return;
    if (addresses.length > ADDRESSES_MAX)
      refuse("addresses", `WAFLimitsExceededException: ${addresses.length} blocks are more than ${ADDRESSES_MAX}`);
    for (const block of addresses as string[]) {
      const prefix = parseCidr(block)?.prefix;
      if (prefix === undefined || prefix === 0)
        refuse("addresses", `WAFInvalidParameterException: "${block}" is no block of IPv4 addresses, or all of them`);
    }
  });
}

export function checkWebAcl(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    checkNameAndScope(inputs, refuse);
    const { defaultAction, rules, ruleJson, visibilityConfig, dataProtectionConfig } = inputs;
    if (known(ruleJson)) refuse("ruleJson", "rules as JSON text are not read by the local cloud: give rules");
    if (known(defaultAction) && (defaultAction.allow === undefined) === (defaultAction.block === undefined))
      refuse(
        "defaultAction",
        "WAFInvalidParameterException: the default action is allow or block, exactly one of them",
      );
    checkVisibility("visibilityConfig", visibilityConfig, refuse);
    for (const { field } of (dataProtectionConfig?.dataProtections ?? []) as Properties[]) {
      if (known(field?.fieldType) && !PROTECTED_FIELDS.includes(field.fieldType))
        refuse("dataProtectionConfig", `fieldType "${field.fieldType}" is none of ${PROTECTED_FIELDS.join(", ")}`);
    }
    if (Array.isArray(rules)) checkRules(rules as Properties[], refuse);
  });
}

function checkRules(rules: readonly Properties[], refuse: Refuse): void {
  for (const property of ["priority", "name"]) {
    const values = rules.map((rule) => rule[property] as string | number).filter((value) => known(value));
    for (const twice of new Set(values.filter((value, index) => values.indexOf(value) !== index))) {
      refuse("rules", `WAFInvalidParameterException: two rules have the ${property} ${twice}`);
    }
  }
  for (const rule of rules) {
    const about = (fault: string): void =>
      refuse("rules", `WAFInvalidParameterException: rule "${rule.name}": ${fault}`);
    if (known(rule.name) && !NAME.test(rule.name as string)) about("its name has other characters than a-zA-Z0-9_-");
    statementFaults(rule.statement).forEach(about);
    actionFaults(rule).forEach(about);
    checkVisibility("rules", rule.visibilityConfig, refuse);
  }
}

/** A group's rules have actions of their own: the rule that holds it may only override them. */
function actionFaults({ statement, action, overrideAction }: Properties): readonly string[] {
  if (!known(statement)) return [];
  const isGroup = GROUPS.some((kind) => statement[kind] !== undefined);
  const [wanted, other] = isGroup ? (["overrideAction", "action"] as const) : (["action", "overrideAction"] as const);
  const given = { action, overrideAction };
  const faults: string[] = [];
  if (given[wanted] === undefined || given[other] !== undefined)
    faults.push(`a rule with ${isGroup ? "a group of rules" : "a statement of its own"} has ${wanted} and no ${other}`);
  const chosen: unknown = given[wanted];
  if (known(chosen) && Object.keys(chosen).length !== 1) faults.push(`${wanted} is exactly one action`);
  if (statement.rateBasedStatement !== undefined && action?.allow !== undefined)
    faults.push("a rate-based rule can not allow");
  const unplayed = ["captcha", "challenge"].find((kind) => action?.[kind] !== undefined);
  if (unplayed !== undefined) faults.push(`the action ${unplayed} is not played by the local cloud`);
  return faults;
}

function checkVisibility(property: string, config: unknown, refuse: Refuse): void {
  const metricName: unknown = known(config) ? (config as Properties).metricName : undefined;
  if (typeof metricName === "string" && !METRIC.test(metricName))
    refuse(property, `WAFInvalidParameterException: "${metricName}" is no name of a metric`);
}

export function checkLogging(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { logDestinationConfigs, redactedFields, loggingFilter } = inputs;
    if (fullyKnown(logDestinationConfigs)) {
      if (logDestinationConfigs.length !== 1)
        refuse("logDestinationConfigs", "WAFInvalidParameterException: exactly one destination is given");
      for (const destination of logDestinationConfigs as string[]) {
        const name = /^arn:aws:(?:logs:[^:]+:\d{12}:log-group:|s3:::|firehose:[^:]+:\d{12}:deliverystream\/)(.+)$/.exec(
          destination,
        )?.[1];
        if (name?.startsWith("aws-waf-logs-") !== true)
          refuse(
            "logDestinationConfigs",
            `WAFInvalidParameterException: the ARN ${destination} is not valid: the destination's name must start with aws-waf-logs-`,
          );
      }
    }
    for (const field of (known(redactedFields) ? redactedFields : []) as Properties[]) {
      const kinds = Object.keys(field);
      if (kinds.length !== 1 || !REDACTABLE.includes(kinds[0] ?? ""))
        refuse("redactedFields", `a redacted field is exactly one of ${REDACTABLE.join(", ")}`);
    }
    for (const { behavior } of (loggingFilter?.filters ?? []) as Properties[]) {
      if (known(behavior) && !["KEEP", "DROP"].includes(behavior))
        refuse("loggingFilter", `behavior "${behavior}" is neither KEEP nor DROP`);
    }
  });
}
