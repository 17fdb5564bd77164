import { ACCOUNT_ID } from "../../cloud.ts";
import { arn, newHexId } from "../../identifiers.ts";
import { failures, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { ASSOCIATION, DOMAIN_LIST, nameFailures, RULE, RULE_GROUP } from "./tokens.ts";

/** Of one UpdateFirewallDomains call, which is how a program hands over its list. */
const DOMAINS_MAX = 1_000;

export const ruleGroup = recordedType({
  token: RULE_GROUP,
  id: () => newHexId("rslvr-frg-", 16),
  arn: (_, id) => arn("route53resolver", `firewall-rule-group/${id}`),
  replaceOnChanges: ["name"],
  computed: { ownerId: () => ACCOUNT_ID, shareStatus: () => "NOT_SHARED" },
  autoName: "name",
  check: nameFailures,
  inUse: ({ id }, cloud) =>
    [RULE, ASSOCIATION].some((token) =>
      cloud.account.ofType(token).some(({ inputs }) => inputs.firewallRuleGroupId === id),
    )
      ? `ConflictException: The firewall rule group ${id} has rules or is associated with a VPC; remove these first.`
      : undefined,
});

export const domainList = recordedType({
  token: DOMAIN_LIST,
  id: () => newHexId("rslvr-fdl-", 16),
  arn: (_, id) => arn("route53resolver", `firewall-domain-list/${id}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  check: (inputs) => [
    ...nameFailures(inputs),
    ...failures((refuse) => {
      const domains = (knownItems(inputs.domains) ?? []) as string[];
      const odd = domains.find((domain) => !isDomain(domain));
      if (odd !== undefined)
        refuse(
          "domains",
          `ValidationException: "${odd}" is no domain: 1 to 255 letters, digits, hyphens and dots, after an optional *`,
        );
      if (domains.length > DOMAINS_MAX)
        refuse("domains", `LimitExceededException: there is a limit of ${DOMAINS_MAX} domains per request`);
      if (new Set(domains).size < domains.length) refuse("domains", "ValidationException: a domain is listed twice");
    }),
  ],
  inUse: ({ id }, cloud) =>
    cloud.account.ofType(RULE).some(({ inputs }) => inputs.firewallDomainListId === id)
      ? `ConflictException: The firewall domain list ${id} is used by a rule.`
      : undefined,
});

/** `*` alone, or `*.` with the final dot, is every domain; `*.example.com` is what lies below, `example.com` the name itself. */
function isDomain(text: string): boolean {
  return text.length <= 255 && /^(\*\.?|(\*\.?)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?)$/i.test(text);
}
