import type { Cloud, Service } from "../../cloud.ts";
import { firewallConfig } from "./firewall-config.ts";
import { firewallRule } from "./firewall-rule.ts";
import { domainList, ruleGroup } from "./firewall-lists.ts";
import { ruleGroupAssociation } from "./firewall-association.ts";
import { queryLogConfig, queryLogConfigAssociation } from "./query-log.ts";

/** The resolver of a VPC. Recorded and checked: no question is answered, logged or blocked. */
export function route53resolverService(_cloud: Cloud): Service {
  return {
    name: "route53resolver",
    resources: [
      queryLogConfig,
      queryLogConfigAssociation,
      ruleGroup,
      domainList,
      firewallRule,
      ruleGroupAssociation,
      firewallConfig,
    ],
  };
}
