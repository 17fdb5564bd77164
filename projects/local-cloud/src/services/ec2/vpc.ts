import { ACCOUNT_ID } from "../../cloud.ts";
import { arn, derivedResourceId, newResourceId } from "../../identifiers.ts";
import { known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { missing, networkBlockFailures, others } from "./checks.ts";
import { contains, overlaps, parseCidr } from "./cidr.ts";
import { INTERNET_GATEWAY, NAT_GATEWAY, SECURITY_GROUP, SUBNET, VPC } from "./tokens.ts";
import { zoneIdOf, zoneNameOf } from "./zones.ts";

/** What AWS makes with every VPC; the `Default*` resources take these over. */
export const defaultSecurityGroupId = (vpcId: string): string => derivedResourceId("sg", vpcId, "default");
export const defaultNetworkAclId = (vpcId: string): string => derivedResourceId("acl", vpcId, "default");
export const mainRouteTableId = (vpcId: string): string => derivedResourceId("rtb", vpcId, "main");

const vpc = recordedType({
  token: VPC,
  id: () => newResourceId("vpc"),
  arn: (_, id) => arn("ec2", `vpc/${id}`),
  replaceOnChanges: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    defaultSecurityGroupId: (_, id) => defaultSecurityGroupId(id),
    defaultNetworkAclId: (_, id) => defaultNetworkAclId(id),
    defaultRouteTableId: (_, id) => mainRouteTableId(id),
    mainRouteTableId: (_, id) => mainRouteTableId(id),
    dhcpOptionsId: () => derivedResourceId("dopt", ACCOUNT_ID),
    ipv6AssociationId: () => "",
    enableDnsSupport: (inputs) => inputs.enableDnsSupport ?? true,
    enableDnsHostnames: (inputs) => inputs.enableDnsHostnames ?? false,
    instanceTenancy: (inputs) => inputs.instanceTenancy ?? "default",
  },
  check: (inputs) => [
    ...(inputs.cidrBlock === undefined
      ? [
          {
            property: "cidrBlock",
            reason: "MissingParameter: address pools are not served; name the block in cidrBlock",
          },
        ]
      : []),
    ...networkBlockFailures("cidrBlock", inputs.cidrBlock),
    ...(known(inputs.assignGeneratedIpv6CidrBlock) && inputs.assignGeneratedIpv6CidrBlock === true
      ? [{ property: "assignGeneratedIpv6CidrBlock", reason: "IPv6 is not served by the local cloud; leave it out" }]
      : []),
  ],
  inUse: ({ id }, cloud) => {
    const inside = [SUBNET, SECURITY_GROUP, INTERNET_GATEWAY]
      .flatMap((token) => cloud.account.ofType(token))
      .find(({ inputs }) => inputs.vpcId === id);
    return inside === undefined
      ? undefined
      : `DependencyViolation: The vpc '${id}' has dependencies and cannot be deleted (${inside.id}).`;
  },
});

const subnet = recordedType({
  token: SUBNET,
  id: () => newResourceId("subnet"),
  arn: (_, id) => arn("ec2", `subnet/${id}`),
  replaceOnChanges: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    ipv6CidrBlockAssociationId: () => "",
    availabilityZone: (inputs) => inputs.availabilityZone ?? zoneNameOf(inputs.availabilityZoneId ?? "use1-az1"),
    availabilityZoneId: (inputs) => inputs.availabilityZoneId ?? zoneIdOf(inputs.availabilityZone ?? "us-east-1a"),
    mapPublicIpOnLaunch: (inputs) => inputs.mapPublicIpOnLaunch ?? false,
  },
  check: (inputs) => {
    const { availabilityZone: name, availabilityZoneId: id } = inputs;
    return [
      ...(inputs.cidrBlock === undefined
        ? [{ property: "cidrBlock", reason: "MissingParameter: the subnet needs a cidrBlock" }]
        : []),
      ...networkBlockFailures("cidrBlock", inputs.cidrBlock),
      ...(known(name) && zoneIdOf(name) === undefined
        ? [{ property: "availabilityZone", reason: `InvalidParameterValue: the region has no zone ${name}` }]
        : []),
      ...(known(id) && zoneNameOf(id) === undefined
        ? [{ property: "availabilityZoneId", reason: `InvalidParameterValue: the region has no zone ${id}` }]
        : []),
    ];
  },
  conflict: (inputs, cloud, self) => {
    const owner = cloud.account.byId(VPC, inputs.vpcId);
    if (owner === undefined) return missing(cloud, VPC, inputs.vpcId, "InvalidVpcID.NotFound");
    const outer = parseCidr(owner.inputs.cidrBlock);
    const block = parseCidr(inputs.cidrBlock);
    if (outer === undefined || block === undefined || !contains(outer, block)) {
      return `InvalidSubnet.Range: The CIDR '${inputs.cidrBlock}' is not inside the VPC's ${owner.inputs.cidrBlock}.`;
    }
    const clash = others(cloud, SUBNET, self).find((other) => {
      const otherBlock = parseCidr(other.inputs.cidrBlock);
      return other.inputs.vpcId === owner.id && otherBlock !== undefined && overlaps(block, otherBlock);
    });
    return (
      clash &&
      `InvalidSubnet.Conflict: The CIDR '${inputs.cidrBlock}' conflicts with ${clash.id} (${clash.inputs.cidrBlock}).`
    );
  },
  inUse: ({ id }, cloud) => {
    const user = cloud.account.ofType(NAT_GATEWAY).find(({ inputs }) => inputs.subnetId === id);
    return user && `DependencyViolation: The subnet '${id}' has dependencies and cannot be deleted (${user.id}).`;
  },
});

const internetGateway = recordedType({
  token: INTERNET_GATEWAY,
  id: () => newResourceId("igw"),
  arn: (_, id) => arn("ec2", `internet-gateway/${id}`),
  replaceOnChanges: [],
  computed: { ownerId: () => ACCOUNT_ID },
  conflict: (inputs, cloud, self) => {
    const vpcId = inputs.vpcId as string | undefined;
    if (vpcId === undefined) return undefined;
    const absent = missing(cloud, VPC, vpcId, "InvalidVpcID.NotFound");
    if (absent !== undefined) return absent;
    const attached = others(cloud, INTERNET_GATEWAY, self).find((other) => other.inputs.vpcId === vpcId);
    return (
      attached && `InvalidParameterValue: Network ${vpcId} already has an internet gateway attached (${attached.id}).`
    );
  },
});

export const vpcResources: readonly ResourceType[] = [vpc, subnet, internetGateway];
