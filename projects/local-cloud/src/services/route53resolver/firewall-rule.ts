import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { derivedHex } from "../../identifiers.ts";
import { DOMAIN_LIST, nameFailures, RULE, RULE_GROUP } from "./tokens.ts";

const ACTIONS = ["ALLOW", "BLOCK", "ALERT"];
const RESPONSES = ["NODATA", "NXDOMAIN", "OVERRIDE"];
const OVERRIDES = ["blockOverrideDnsType", "blockOverrideDomain", "blockOverrideTtl"];
const THREATS = ["DGA", "DICTIONARY_DGA", "DNS_TUNNELING"];
const CONFIDENCES = ["LOW", "MEDIUM", "HIGH"];
const REDIRECTIONS = ["INSPECT_REDIRECTION_DOMAIN", "TRUST_REDIRECTION_DOMAIN"];
const TTL_MAX = 604_800;

const threatId = (inputs: Properties): string | null =>
  inputs.dnsThreatProtection === undefined
    ? null
    : `rslvr-ftp-${derivedHex(16, inputs.firewallRuleGroupId as string, inputs.dnsThreatProtection as string)}`;

export const firewallRule = recordedType({
  token: RULE,
  id: (inputs) => `${inputs.firewallRuleGroupId}:${inputs.firewallDomainListId ?? threatId(inputs)}`,
  replaceOnChanges: ["firewallRuleGroupId", "firewallDomainListId", "dnsThreatProtection", "qType"],
  computed: { firewallThreatProtectionId: threatId },
  autoName: "name",
  uniqueBy: ["firewallRuleGroupId", "firewallDomainListId", "dnsThreatProtection", "qType"],
  check: (inputs) => [
    ...nameFailures(inputs),
    ...failures((refuse) => {
      const { action, blockResponse, priority, qType, blockOverrideTtl } = inputs;
      const invalid = (property: string, reason: string) => refuse(property, `ValidationException: ${reason}`);
      const oneOf = (property: string, allowed: readonly string[]) => {
        const value = inputs[property] as string | undefined;
        if (known(value) && !allowed.includes(value))
          invalid(property, `${property} "${value}" is none of ${allowed.join(", ")}`);
      };
      oneOf("action", ACTIONS);
      oneOf("blockResponse", RESPONSES);
      oneOf("blockOverrideDnsType", ["CNAME"]);
      oneOf("dnsThreatProtection", THREATS);
      oneOf("confidenceThreshold", CONFIDENCES);
      oneOf("firewallDomainRedirectionAction", REDIRECTIONS);
      if (known(priority) && !(Number.isInteger(priority) && priority > 0))
        invalid("priority", `priority ${priority} is no positive integer`);
      if (known(qType) && !/^([A-Z]{1,5}|TYPE\d{1,5})$/.test(qType)) invalid("qType", `"${qType}" is no query type`);
      if (known(action) && action !== "BLOCK" && blockResponse !== undefined)
        invalid("blockResponse", `a rule with action ${action} has no blockResponse`);
      if (action === "BLOCK" && blockResponse === undefined)
        invalid("blockResponse", "a rule with action BLOCK needs a blockResponse");
      for (const property of OVERRIDES) {
        const given = inputs[property] !== undefined;
        if (known(blockResponse) && given !== (blockResponse === "OVERRIDE"))
          invalid(property, `${property} goes with blockResponse OVERRIDE, and that with it`);
      }
      if (known(blockOverrideTtl) && !(blockOverrideTtl >= 0 && blockOverrideTtl <= TTL_MAX))
        invalid("blockOverrideTtl", `blockOverrideTtl ${blockOverrideTtl} is not 0 to ${TTL_MAX}`);
      const threat = inputs.dnsThreatProtection !== undefined;
      if (threat === (inputs.firewallDomainListId !== undefined))
        invalid("firewallDomainListId", "a rule has firewallDomainListId or dnsThreatProtection, exactly one of them");
      if (threat !== (inputs.confidenceThreshold !== undefined))
        invalid("confidenceThreshold", "dnsThreatProtection and confidenceThreshold go together");
      if (threat && action === "ALLOW") invalid("action", "ALLOW is not for DNS Firewall Advanced rules");
    }),
  ],
  conflict: (inputs, cloud, self) => {
    const { firewallRuleGroupId: group, firewallDomainListId: list, priority } = inputs;
    if (cloud.account.byId(RULE_GROUP, group) === undefined)
      return `ResourceNotFoundException: The firewall rule group ${group} does not exist.`;
    if (list !== undefined && cloud.account.byId(DOMAIN_LIST, list) === undefined)
      return `ResourceNotFoundException: The firewall domain list ${list} does not exist.`;
    const rival = cloud.account
      .ofType(RULE)
      .find(
        (other) =>
          other.urn !== self?.urn && other.inputs.firewallRuleGroupId === group && other.inputs.priority === priority,
      );
    return (
      rival &&
      `ConflictException: The priority ${priority} is taken in rule group ${group} by rule "${rival.inputs.name}". Each rule has its own.`
    );
  },
});
