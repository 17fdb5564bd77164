/** Capacity units, as WAF's guide counts them. The sum decides whether a web ACL can be made, and what it costs. */
import type { Properties } from "../../resource-type.ts";

/** What an account may spend on one web ACL; from 1,500 on, every request costs more. */
export const CAPACITY_MAX = 5000;
const TRANSFORMATION = 10;
const CUSTOM_KEY = 30;

/** Groups that AWS manages, by name. */
const MANAGED: Readonly<Record<string, number>> = {
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
};

export function capacityOf(rules: readonly Properties[]): number {
  return rules.reduce((sum, { statement }) => sum + statementCapacity(statement as Properties), 0);
}

function statementCapacity(statement: Properties): number {
  const [[kind = "", body] = []] = Object.entries(statement ?? {}) as [string, Properties][];
  const nested = (statements: readonly Properties[]) =>
    statements.reduce((sum, each) => sum + statementCapacity(each), 0);
  const transformations = (list: readonly Properties[] = []) =>
    list.filter(({ type }) => type !== "NONE").length * TRANSFORMATION;
  switch (kind) {
    case "andStatement":
    case "orStatement":
      return nested(body!.statements as Properties[]);
    case "notStatement":
      return nested([body!.statement as Properties]);
    case "managedRuleGroupStatement":
      return MANAGED[body!.name as string] ?? 50;
    case "rateBasedStatement":
      return 2 + (body!.customKeys?.length ?? 0) * CUSTOM_KEY + nested([body!.scopeDownStatement].filter(Boolean));
    case "regexMatchStatement":
      return 3 + transformations(body!.textTransformations);
    case "byteMatchStatement":
      return (body!.positionalConstraint === "CONTAINS" ? 10 : 2) + transformations(body!.textTransformations);
    default:
      return 1 + transformations(body?.textTransformations);
  }
}
