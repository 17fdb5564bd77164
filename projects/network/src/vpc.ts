import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { cutZone, registerTransform } from "@records/conventions";
import type { Config } from "../config.ts";

/** The VPC with three kinds of subnets in each zone. Only ids leave it. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly defaultNetworkAclId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly isolatedSubnetIds: pulumi.Output<string[]>;
  /** Of private and isolated subnets. */
  readonly innerRouteTableIds: pulumi.Output<string[]>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:Network", name, {}, opts);
    const { sizing } = config;
    registerTransform(withoutPublicAddresses);
    const vpc = new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: sizing.vpcCidr,
        availabilityZoneNames: config.zoneNames,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        enableNetworkAddressUsageMetrics: true,
        natGateways: { strategy: sizing.natStrategy },
        subnetStrategy: "Auto",
        subnetSpecs: subnetSpecs(sizing.vpcCidr, config.zoneNames.length),
        // Endpoints are resources of their own, so that each carries its own policy.
        vpcEndpointStrategy: "Auto",
      },
      { parent: this, protect: sizing.protect },
    );
    this.vpcId = vpc.vpcId;
    this.defaultNetworkAclId = vpc.vpc.apply((made) => made.defaultNetworkAclId);
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.isolatedSubnetIds = vpc.isolatedSubnetIds;
    const associations = vpc.routeTableAssociations.apply((all) =>
      pulumi.all(all.map(({ subnetId, routeTableId }) => pulumi.all({ subnetId, routeTableId }))),
    );
    this.innerRouteTableIds = pulumi
      .all([associations, vpc.privateSubnetIds, vpc.isolatedSubnetIds])
      .apply(([all, privateIds, isolatedIds]) =>
        all.flatMap(({ subnetId, routeTableId }) =>
          subnetId && routeTableId && [...privateIds, ...isolatedIds].includes(subnetId) ? [routeTableId] : [],
        ),
      );
    this.registerOutputs({ vpcId: this.vpcId });
  }
}

/** The component gives what starts in public subnets an address; ours hold NAT gateways only, which bring their own. */
export function withoutPublicAddresses(
  type: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> | undefined {
  return type === "aws:ec2/subnet:Subnet" ? { ...inputs, mapPublicIpOnLaunch: false } : undefined;
}

/** The same cut in every zone. What is left over is named, so that a later subnet takes a piece of it and moves nothing. */
export function subnetSpecs(vpcCidr: string, zones: number): awsx.types.input.ec2.SubnetSpecArgs[] {
  return cutZone(vpcCidr, zones).map(({ tier, mask }) =>
    tier === "unused"
      ? { type: "Unused", name: `unused-${mask}`, cidrMask: mask }
      : { type: SUBNET_TYPES[tier], cidrMask: mask },
  );
}

const SUBNET_TYPES = { private: "Private", isolated: "Isolated", public: "Public" } as const;
