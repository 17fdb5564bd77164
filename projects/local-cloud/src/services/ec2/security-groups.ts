import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { blockFailures, missing, others } from "./checks.ts";
import { DEFAULT_SECURITY_GROUP, EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, VPC } from "./tokens.ts";
import { defaultSecurityGroupId } from "./vpc.ts";

const SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;
/** Quotas of a new account. */
const RULES_PER_DIRECTION_MAX = 60;
const DESCRIPTION = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

const group = recordedType({
  token: SECURITY_GROUP,
  id: () => newResourceId("sg"),
  arn: (_, id) => arn("ec2", `security-group/${id}`),
  replaceOnChanges: ["name", "namePrefix", "description", "vpcId"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    description: (inputs) => inputs.description ?? "Managed by Pulumi",
    ingress: (inputs) => inputs.ingress ?? [],
    egress: (inputs) => inputs.egress ?? [],
  },
  autoName: "name",
  uniqueBy: ["vpcId", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, description } = inputs;
      if (known(name) && (!DESCRIPTION.test(name) || name === "" || name.startsWith("sg-"))) {
        refuse(
          "name",
          `InvalidParameterValue: group name "${name}" must have 1 to 255 of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* and not begin with sg-`,
        );
      }
      if (known(description) && !DESCRIPTION.test(description)) {
        refuse(
          "description",
          "InvalidParameterValue: a description has at most 255 of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
        );
      }
    }),
  conflict: (inputs, cloud) => missing(cloud, VPC, inputs.vpcId, "InvalidVpcID.NotFound"),
  inUse: ({ id }, cloud) => {
    const user = [...cloud.account.ofType(INGRESS_RULE), ...cloud.account.ofType(EGRESS_RULE)].find(
      ({ inputs }) => inputs.referencedSecurityGroupId === id && inputs.securityGroupId !== id,
    );
    return user && `DependencyViolation: resource ${id} has a dependent object (${user.id}).`;
  },
});

/** Takes over the group that came with the VPC; it never goes away before the VPC does. */
const defaultGroup = recordedType({
  token: DEFAULT_SECURITY_GROUP,
  id: (inputs) => defaultSecurityGroupId(inputs.vpcId),
  arn: (_, id) => arn("ec2", `security-group/${id}`),
  replaceOnChanges: ["vpcId"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    name: () => "default",
    namePrefix: () => "",
    description: () => "default VPC security group",
  },
  uniqueBy: ["vpcId"],
  check: (inputs) =>
    inputs.vpcId === undefined
      ? [{ property: "vpcId", reason: "MissingParameter: there is no default VPC here; name the VPC" }]
      : [],
  conflict: (inputs, cloud) => missing(cloud, VPC, inputs.vpcId, "InvalidVpcID.NotFound"),
});

function rule(token: string): ResourceType {
  return recordedType({
    token,
    id: () => newResourceId("sgr"),
    arn: (_, id) => arn("ec2", `security-group-rule/${id}`),
    replaceOnChanges: ["securityGroupId"],
    computed: { securityGroupRuleId: (_, id) => id },
    check: ruleFailures,
    conflict: (inputs, cloud, self) => {
      const groupId = inputs.securityGroupId as string | undefined;
      for (const id of [groupId, inputs.referencedSecurityGroupId as string | undefined]) {
        if (id !== undefined && !groupExists(cloud, id))
          return `InvalidGroup.NotFound: The security group '${id}' does not exist.`;
      }
      const foreign = otherNetwork(cloud, inputs);
      if (foreign !== undefined) return foreign;
      const siblings = others(cloud, token, self).filter((other) => other.inputs.securityGroupId === groupId);
      const twin = siblings.find((other) => sameRule(other.inputs, inputs));
      if (twin !== undefined)
        return `InvalidPermission.Duplicate: the specified rule "${describe(inputs)}" already exists in ${groupId} (${twin.id}).`;
      // IPv4 and IPv6 are counted apart; what names a group or a prefix list counts for both.
      const counted = siblings.filter(
        ({ inputs: other }) => (other.cidrIpv6 === undefined) === (inputs.cidrIpv6 === undefined),
      );
      return counted.length >= RULES_PER_DIRECTION_MAX
        ? `RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached (${RULES_PER_DIRECTION_MAX} in ${groupId}).`
        : undefined;
    },
  });
}

function ruleFailures(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { ipProtocol, fromPort, toPort, description } = inputs;
    if (SOURCES.filter((name) => (inputs[name] ?? undefined) !== undefined).length !== 1) {
      refuse(
        "referencedSecurityGroupId",
        `InvalidParameterCombination: a rule names exactly one of ${SOURCES.join(", ")}`,
      );
    }
    if (known(ipProtocol) && ["tcp", "udp", "6", "17"].includes(String(ipProtocol))) {
      for (const [name, port] of Object.entries({ fromPort, toPort })) {
        if (port === undefined) refuse(name, `InvalidParameterValue: protocol ${ipProtocol} needs ${name}`);
        else if (known(port) && (port < 0 || port > 65_535))
          refuse(name, `InvalidParameterValue: ${name} ${port} is not 0 to 65535`);
      }
      if (known(fromPort) && known(toPort) && fromPort > toPort) {
        refuse("toPort", `InvalidParameterValue: Invalid TCP/UDP port range (${fromPort}:${toPort})`);
      }
    }
    if (known(ipProtocol) && String(ipProtocol) === "-1" && (known(fromPort) || known(toPort))) {
      refuse("ipProtocol", "InvalidParameterCombination: a rule for all protocols has no ports");
    }
    if (known(description) && !DESCRIPTION.test(description)) {
      refuse(
        "description",
        "InvalidParameterValue: a description has at most 255 of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
      );
    }
  }).concat(blockFailures("cidrIpv4", inputs.cidrIpv4));
}

/** AWS compares what the rule admits; description and tags do not make it another rule. */
function sameRule(a: Properties, b: Properties): boolean {
  return (
    protocolOf(a) === protocolOf(b) &&
    ["securityGroupId", "fromPort", "toPort", ...SOURCES].every(
      (name) => (a[name] ?? undefined) === (b[name] ?? undefined),
    )
  );
}

/** A protocol's name and its number are the same. */
function protocolOf({ ipProtocol }: Properties): string {
  const numbers: Readonly<Record<string, string>> = { tcp: "6", udp: "17", icmp: "1", icmpv6: "58", all: "-1" };
  const text = String(ipProtocol).toLowerCase();
  return numbers[text] ?? text;
}

/** Groups refer to each other within a VPC; peered ones are not served here. */
function otherNetwork(cloud: Cloud, { securityGroupId, referencedSecurityGroupId }: Properties): string | undefined {
  const vpcOf = (id: unknown) =>
    cloud.account.byId(SECURITY_GROUP, id as string)?.inputs.vpcId ??
    cloud.account.ofType(VPC).find((vpc) => defaultSecurityGroupId(vpc.id) === id)?.id;
  return referencedSecurityGroupId !== undefined && vpcOf(securityGroupId) !== vpcOf(referencedSecurityGroupId)
    ? `InvalidGroup.NotFound: You have specified two resources that belong to different networks (${securityGroupId}, ${referencedSecurityGroupId}).`
    : undefined;
}

function describe(inputs: Properties): string {
  const peer = SOURCES.map((name) => inputs[name]).find((value) => value !== undefined);
  return `peer: ${peer}, ${inputs.ipProtocol}, from port: ${inputs.fromPort}, to port: ${inputs.toPort}`;
}

function groupExists(cloud: Cloud, id: string): boolean {
  return (
    cloud.account.byId(SECURITY_GROUP, id) !== undefined ||
    cloud.account.ofType(VPC).some((vpc) => defaultSecurityGroupId(vpc.id) === id)
  );
}

export const securityGroupResources: readonly ResourceType[] = [
  group,
  defaultGroup,
  rule(INGRESS_RULE),
  rule(EGRESS_RULE),
];
