import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

export const QUERY_LOG = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig";
export const QUERY_LOG_ASSOCIATION = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation";
export const RULE_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
export const DOMAIN_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
export const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
export const ASSOCIATION = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";

/** Letters, digits, - _ ' and spaces, not digits alone: one rule for every name of the resolver. */
export function nameFailures({ name }: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    if (known(name) && !/^(?![0-9]+$)[a-zA-Z0-9\-_' ]{1,64}$/.test(name))
      refuse(
        "name",
        `ValidationException: "${name}" must have 1 to 64 letters, digits, - _ ' or spaces, and not digits alone`,
      );
  });
}
