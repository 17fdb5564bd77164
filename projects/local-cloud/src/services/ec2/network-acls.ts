import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, derivedHex, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { blockFailures, missing, others } from "./checks.ts";
import { DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_RULE, SUBNET, VPC } from "./tokens.ts";
import { defaultNetworkAclId } from "./vpc.ts";

/** Twenty of a new account in each direction, of which the deny at the end is one. */
const RULES_PER_DIRECTION_MAX = 19;

const networkAcl = recordedType({
  token: NETWORK_ACL,
  id: () => newResourceId("acl"),
  arn: (_, id) => arn("ec2", `network-acl/${id}`),
  replaceOnChanges: ["vpcId"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    subnetIds: (inputs) => inputs.subnetIds ?? [],
    ingress: (inputs) => inputs.ingress ?? [],
    egress: (inputs) => inputs.egress ?? [],
  },
  conflict: (inputs, cloud) =>
    missing(cloud, VPC, inputs.vpcId, "InvalidVpcID.NotFound") ??
    ((inputs.subnetIds ?? []) as string[])
      .map((id) => missing(cloud, SUBNET, id, "InvalidSubnetID.NotFound"))
      .find((reason) => reason !== undefined),
});

/** Takes over the list that came with the VPC. */
const defaultNetworkAcl = recordedType({
  token: DEFAULT_NETWORK_ACL,
  id: (inputs) => inputs.defaultNetworkAclId,
  arn: (_, id) => arn("ec2", `network-acl/${id}`),
  replaceOnChanges: ["defaultNetworkAclId"],
  computed: { ownerId: () => ACCOUNT_ID, vpcId: (_, id, cloud) => vpcOfDefaultAcl(cloud, id) },
  uniqueBy: ["defaultNetworkAclId"],
  conflict: (inputs, cloud) =>
    vpcOfDefaultAcl(cloud, inputs.defaultNetworkAclId) !== undefined
      ? undefined
      : `InvalidNetworkAclID.NotFound: '${inputs.defaultNetworkAclId}' is not the default list of a VPC.`,
});

const networkAclRule = recordedType({
  token: NETWORK_ACL_RULE,
  id: (inputs) =>
    `nacl-${parseInt(derivedHex(8, inputs.networkAclId, String(inputs.egress ?? false), String(inputs.ruleNumber)), 16)}`,
  replaceOnChanges: [
    "networkAclId",
    "ruleNumber",
    "egress",
    "protocol",
    "ruleAction",
    "cidrBlock",
    "ipv6CidrBlock",
    "fromPort",
    "toPort",
    "icmpType",
    "icmpCode",
  ],
  // A changed rule keeps its number, and two rules cannot share one.
  uniqueBy: ["networkAclId", "ruleNumber", "egress"],
  check: (inputs) =>
    failures((refuse) => {
      const { ruleNumber, ruleAction, protocol, fromPort, toPort } = inputs;
      if ((inputs.cidrBlock === undefined) === (inputs.ipv6CidrBlock === undefined))
        refuse("cidrBlock", "InvalidParameterCombination: a rule names exactly one of cidrBlock and ipv6CidrBlock");
      if (known(protocol) && ["tcp", "udp", "6", "17"].includes(String(protocol).toLowerCase()))
        for (const [name, port] of Object.entries({ fromPort, toPort }))
          if (port === undefined || (known(port) && (port < 0 || port > 65_535)))
            refuse(name, `InvalidParameterValue: protocol ${protocol} needs ${name} from 0 to 65535`);
      if (known(ruleNumber) && (ruleNumber < 1 || ruleNumber > 32_766))
        refuse("ruleNumber", `InvalidParameterValue: rule number ${ruleNumber} is not 1 to 32766`);
      if (known(ruleAction) && !["allow", "deny"].includes(ruleAction))
        refuse("ruleAction", `InvalidParameterValue: "${ruleAction}" is not allow or deny`);
      if (known(fromPort) && known(toPort) && fromPort > toPort)
        refuse("toPort", `InvalidParameterValue: Invalid port range (${fromPort}:${toPort})`);
    }).concat(blockFailures("cidrBlock", inputs.cidrBlock)),
  conflict: (inputs, cloud, self) => {
    const aclId = inputs.networkAclId as string | undefined;
    const isDefault = vpcOfDefaultAcl(cloud, aclId) !== undefined;
    if (!isDefault && cloud.account.byId(NETWORK_ACL, aclId ?? "") === undefined)
      return missing(cloud, NETWORK_ACL, aclId, "InvalidNetworkAclID.NotFound");
    const direction = (rule: Properties) => rule.egress ?? false;
    const siblings = others(cloud, NETWORK_ACL_RULE, self).filter(
      (other) => other.inputs.networkAclId === aclId && direction(other.inputs) === direction(inputs),
    );
    if (siblings.some((other) => other.inputs.ruleNumber === inputs.ruleNumber))
      return `NetworkAclEntryAlreadyExists: rule ${inputs.ruleNumber} already exists in ${aclId}.`;
    return siblings.length >= RULES_PER_DIRECTION_MAX
      ? `NetworkAclEntryLimitExceeded: The maximum number of network acl entries has been reached (${RULES_PER_DIRECTION_MAX} of one's own in a direction of ${aclId}).`
      : undefined;
  },
});

function vpcOfDefaultAcl(cloud: Cloud, aclId: unknown): string | undefined {
  return cloud.account.ofType(VPC).find(({ id }) => defaultNetworkAclId(id) === aclId)?.id;
}

export const networkAclResources: readonly ResourceType[] = [networkAcl, defaultNetworkAcl, networkAclRule];
