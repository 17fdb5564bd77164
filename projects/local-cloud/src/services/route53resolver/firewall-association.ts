import { arn, newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { missing } from "../ec2/checks.ts";
import { VPC } from "../ec2/tokens.ts";
import { ASSOCIATION, nameFailures, RULE_GROUP } from "./tokens.ts";

/** AWS keeps what lies outside for itself: Firewall Manager puts its groups first and last. */
const PRIORITY_MIN = 100;
const PRIORITY_MAX = 9_900;
const GROUPS_PER_VPC_MAX = 5;

export const ruleGroupAssociation = recordedType({
  token: ASSOCIATION,
  id: () => newHexId("rslvr-frgassoc-", 16),
  arn: (_, id) => arn("route53resolver", `firewall-rule-group-association/${id}`),
  replaceOnChanges: ["firewallRuleGroupId", "vpcId"],
  autoName: "name",
  uniqueBy: ["firewallRuleGroupId", "vpcId"],
  check: (inputs) => [
    ...nameFailures(inputs),
    ...failures((refuse) => {
      const { priority, mutationProtection: protection } = inputs;
      if (known(priority) && !(Number.isInteger(priority) && priority > PRIORITY_MIN && priority < PRIORITY_MAX))
        refuse(
          "priority",
          `ValidationException: priority ${priority} is not between ${PRIORITY_MIN} and ${PRIORITY_MAX}, both excluded`,
        );
      if (known(protection) && !["ENABLED", "DISABLED"].includes(protection))
        refuse("mutationProtection", `ValidationException: "${protection}" is not ENABLED or DISABLED`);
    }),
  ],
  conflict: ({ firewallRuleGroupId: group, vpcId, priority, mutationProtection }, cloud, self) => {
    if (self?.inputs.mutationProtection === "ENABLED" && mutationProtection === "ENABLED")
      return protectedAgainst("modified");
    if (cloud.account.byId(RULE_GROUP, group) === undefined)
      return `ResourceNotFoundException: The firewall rule group ${group} does not exist.`;
    const absent = missing(cloud, VPC, vpcId, "ResourceNotFoundException");
    if (absent !== undefined) return absent;
    const others = cloud.account
      .ofType(ASSOCIATION)
      .filter(({ id, inputs }) => id !== self?.id && inputs.vpcId === vpcId);
    if (others.some(({ inputs }) => inputs.priority === priority))
      return `ConflictException: The priority ${priority} is taken in VPC ${vpcId}. Each associated group has its own.`;
    return others.length >= GROUPS_PER_VPC_MAX
      ? `LimitExceededException: a VPC has up to ${GROUPS_PER_VPC_MAX} firewall rule groups.`
      : undefined;
  },
  inUse: ({ inputs }) => (inputs.mutationProtection === "ENABLED" ? protectedAgainst("removed") : undefined),
});

function protectedAgainst(change: string): string {
  return `AccessDeniedException: The association has mutation protection and cannot be ${change}. Set mutationProtection to DISABLED first.`;
}
