import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { SUBNET_MASKS, parseCidr, registerTransform, unusedMasks, zoneMask } from "@records/conventions";
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
    // The component gives public subnets addresses of their own; ours hold NAT gateways, which bring their own.
    registerTransform((type, inputs) =>
      type === "aws:ec2/subnet:Subnet" ? { ...inputs, mapPublicIpOnLaunch: false } : undefined,
    );
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

/** The same cut in every zone. What is left over is named, so that a later subnet takes a piece of it and moves nothing. */
export function subnetSpecs(vpcCidr: string, zones: number): awsx.types.input.ec2.SubnetSpecArgs[] {
  const vpcMask = 32 - Math.log2(parseCidr(vpcCidr).size);
  const { private: privateMask, isolated, public: publicMask } = SUBNET_MASKS;
  return [
    { type: "Private", cidrMask: privateMask },
    { type: "Isolated", cidrMask: isolated },
    { type: "Public", cidrMask: publicMask },
    ...unusedMasks(zoneMask(vpcMask, zones), [privateMask, isolated, publicMask]).map((cidrMask) => ({
      type: "Unused" as const,
      name: `unused-${cidrMask}`,
      cidrMask,
    })),
  ];
}
