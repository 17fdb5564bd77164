import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { layOutSubnets } from "./subnet-layout.ts";
import type { PlacedSubnet, SubnetSpec } from "./subnet-layout.ts";

type NatStrategy = "None" | "Single" | "OnePerAz";

interface VpcInputs {
  readonly cidrBlock?: string;
  readonly availabilityZoneNames?: readonly string[];
  readonly numberOfAvailabilityZones?: number;
  readonly availabilityZoneCidrMask?: number;
  readonly subnetStrategy?: string;
  readonly subnetNameTagStrategy?: "Legacy" | "AvailabilityZone";
  readonly subnetSpecs?: readonly SubnetSpec[];
  readonly natGateways?: {
    readonly strategy: NatStrategy;
    readonly elasticIpAllocationIds?: readonly pulumi.Input<string>[];
  };
  readonly vpcEndpointSpecs?: readonly unknown[];
  readonly vpcEndpointStrategy?: string;
  readonly enableDnsHostnames?: pulumi.Input<boolean>;
  readonly enableDnsSupport?: pulumi.Input<boolean>;
  readonly enableNetworkAddressUsageMetrics?: pulumi.Input<boolean>;
  readonly instanceTenancy?: pulumi.Input<string>;
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Inputs of the real component that this one does not act on: refused rather than ignored. */
const NOT_SERVED = [
  "assignGeneratedIpv6CidrBlock",
  "ipv4IpamPoolId",
  "ipv4NetmaskLength",
  "ipv6CidrBlock",
  "ipv6CidrBlockNetworkBorderGroup",
  "ipv6IpamPoolId",
  "ipv6NetmaskLength",
  "region",
];

/** `awsx:ec2:Vpc` with the children, names, parents and order of the real component (awsx 3.9). */
export class Vpc extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #args: VpcInputs;
  readonly #subnets: aws.ec2.Subnet[] = [];
  readonly #routeTables: aws.ec2.RouteTable[] = [];
  readonly #associations: aws.ec2.RouteTableAssociation[] = [];
  readonly #routes: aws.ec2.Route[] = [];
  readonly #natGateways: aws.ec2.NatGateway[] = [];
  readonly #eips: aws.ec2.Eip[] = [];
  readonly #ids: Record<"Public" | "Private" | "Isolated", pulumi.Output<string>[]> = {
    Public: [],
    Private: [],
    Isolated: [],
  };

  private constructor(name: string, args: VpcInputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, options);
    this.#name = name;
    this.#args = args;
  }

  /** Zones may have to be asked for, so construction is not a constructor's business. */
  static async construct(
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    const args = inputs as VpcInputs;
    refuseUnserved(inputs);
    const component = new Vpc(name, args, options);
    const zones = await component.#zones();
    const strategy = args.natGateways?.strategy ?? "OnePerAz";
    const layout = layOutSubnets({
      cidrBlock: args.cidrBlock ?? "10.0.0.0/16",
      zones,
      strategy: args.subnetStrategy as "Auto" | "Exact",
      specs: args.subnetSpecs,
      zoneMask: args.availabilityZoneCidrMask,
    });
    refuseNatWithoutSubnets(strategy, layout, args.natGateways?.elasticIpAllocationIds ?? [], zones.length);
    return { urn: component.urn, state: component.#create(zones, layout, strategy) };
  }

  #create(zones: readonly string[], layout: readonly PlacedSubnet[], strategy: NatStrategy): pulumi.Inputs {
    const { cidrBlock, enableDnsHostnames, enableDnsSupport, enableNetworkAddressUsageMetrics, instanceTenancy } =
      this.#args;
    const tags = { Name: this.#name, ...this.#args.tags };
    const vpc = new aws.ec2.Vpc(
      this.#name,
      {
        cidrBlock: cidrBlock ?? "10.0.0.0/16",
        enableDnsHostnames,
        enableDnsSupport,
        enableNetworkAddressUsageMetrics,
        instanceTenancy,
        tags,
      },
      { parent: this },
    );
    // Made even when no subnet routes to it, as the real component does.
    const internetGateway = new aws.ec2.InternetGateway(
      this.#name,
      { vpcId: vpc.id, tags },
      { parent: vpc, dependsOn: [vpc] },
    );
    for (const zone of zones) {
      const inZone = layout.filter((subnet) => subnet.zone === zone && subnet.spec.type !== "Unused");
      // Public first: the zone's private subnets route through the gateway in its public one.
      for (const placed of inZone.toSorted((a, b) => rank(a) - rank(b)))
        this.#createSubnet(vpc, internetGateway, placed, strategy);
    }
    return {
      vpc,
      vpcId: vpc.id,
      internetGateway,
      subnets: this.#subnets,
      routeTables: this.#routeTables,
      routeTableAssociations: this.#associations,
      routes: this.#routes,
      natGateways: this.#natGateways,
      eips: this.#eips,
      vpcEndpoints: [],
      publicSubnetIds: this.#ids.Public,
      privateSubnetIds: this.#ids.Private,
      isolatedSubnetIds: this.#ids.Isolated,
      subnetLayout: layout
        .filter(({ zoneNumber }) => zoneNumber === 1)
        .map(({ spec, block }) => ({
          type: spec.type,
          name: spec.name,
          cidrMask: block.prefix,
          size: block.size,
          cidrBlocks: spec.cidrBlocks,
        })),
    };
  }

  #createSubnet(
    vpc: aws.ec2.Vpc,
    internetGateway: aws.ec2.InternetGateway,
    placed: PlacedSubnet,
    strategy: NatStrategy,
  ): void {
    const { spec, zone, zoneNumber, cidrBlock } = placed;
    const type = spec.type as "Public" | "Private" | "Isolated";
    const base = `${this.#name}-${spec.name ?? type.toLowerCase()}`;
    const name = `${base}-${zoneNumber}`;
    const nameTag = this.#args.subnetNameTagStrategy === "AvailabilityZone" ? `${base}-${zoneSuffix(zone)}` : name;
    const shared = { ...{ Name: this.#name, ...this.#args.tags }, Name: nameTag, SubnetType: type };

    const subnet = new aws.ec2.Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        mapPublicIpOnLaunch: type === "Public",
        cidrBlock,
        tags: { ...shared, ...spec.tags, Name: nameTag, SubnetType: type },
      },
      { parent: vpc, dependsOn: [vpc] },
    );
    this.#subnets.push(subnet);
    this.#ids[type].push(subnet.id);

    const routeTable = new aws.ec2.RouteTable(
      name,
      { vpcId: vpc.id, tags: shared },
      { parent: subnet, dependsOn: [subnet] },
    );
    this.#routeTables.push(routeTable);
    const below = { parent: routeTable, dependsOn: [routeTable] };
    this.#associations.push(
      new aws.ec2.RouteTableAssociation(name, { routeTableId: routeTable.id, subnetId: subnet.id }, below),
    );

    const everywhere = { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0" };
    if (type === "Public") {
      if (
        strategy === "OnePerAz"
          ? this.#natGateways.length < zoneNumber
          : strategy === "Single" && this.#natGateways.length === 0
      ) {
        this.#createNatGateway(subnet, zoneNumber);
      }
      this.#routes.push(new aws.ec2.Route(name, { ...everywhere, gatewayId: internetGateway.id }, below));
    } else if (type === "Private" && strategy !== "None") {
      const gateway = this.#natGateways[strategy === "Single" ? 0 : zoneNumber - 1];
      this.#routes.push(new aws.ec2.Route(name, { ...everywhere, natGatewayId: gateway?.id }, below));
    }
  }

  #createNatGateway(subnet: aws.ec2.Subnet, zoneNumber: number): void {
    const name = `${this.#name}-${zoneNumber}`;
    const tags = { ...this.#args.tags, Name: name };
    const options = { parent: subnet, dependsOn: [subnet] };
    const given = this.#args.natGateways?.elasticIpAllocationIds ?? [];
    let allocationId = given[zoneNumber - 1];
    if (given.length === 0) {
      const eip = new aws.ec2.Eip(name, { tags }, options);
      this.#eips.push(eip);
      allocationId = eip.allocationId;
    }
    this.#natGateways.push(new aws.ec2.NatGateway(name, { subnetId: subnet.id, allocationId, tags }, options));
  }

  async #zones(): Promise<readonly string[]> {
    const { availabilityZoneNames, numberOfAvailabilityZones } = this.#args;
    if (availabilityZoneNames !== undefined) {
      if (numberOfAvailabilityZones === undefined) return availabilityZoneNames;
      throw new Error("availabilityZoneNames and numberOfAvailabilityZones are both given: drop one.");
    }
    const count = numberOfAvailabilityZones ?? 3;
    const { names } = await aws.getAvailabilityZones({}, { parent: this });
    if (names.length >= count) return names.slice(0, count);
    throw new Error(
      `The region has ${names.length} zones and the VPC asks for ${count}: name them in availabilityZoneNames.`,
    );
  }
}

function refuseUnserved(inputs: pulumi.Inputs): void {
  for (const name of NOT_SERVED) {
    if (inputs[name] !== undefined) {
      throw new Error(
        `awsx:ec2:Vpc: "${name}" is not served by the local cloud. Leave it out, or build it in local-cloud/src/awsx/vpc.ts.`,
      );
    }
  }
  const { subnetStrategy, vpcEndpointSpecs = [] } = inputs as VpcInputs;
  if (subnetStrategy !== "Auto" && subnetStrategy !== "Exact") {
    throw new Error(
      `awsx:ec2:Vpc: subnetStrategy is "${subnetStrategy ?? "Legacy, by default"}". The local cloud serves "Auto" and "Exact": say which.`,
    );
  }
  if (vpcEndpointSpecs.length > 0) {
    throw new Error(
      "awsx:ec2:Vpc: vpcEndpointSpecs are not served by the local cloud. Make aws.ec2.VpcEndpoint resources of their own.",
    );
  }
}

function refuseNatWithoutSubnets(
  strategy: NatStrategy,
  layout: readonly PlacedSubnet[],
  allocationIds: readonly unknown[],
  zoneCount: number,
): void {
  if (!["None", "Single", "OnePerAz"].includes(strategy))
    throw new Error(`natGateways.strategy "${strategy}" does not exist: None, Single or OnePerAz.`);
  const expected = { None: 0, Single: 1, OnePerAz: zoneCount }[strategy];
  if (allocationIds.length > 0 && allocationIds.length !== expected) {
    throw new Error(
      `natGateways.strategy "${strategy}" takes ${expected} elasticIpAllocationIds, and ${allocationIds.length} are given.`,
    );
  }
  const has = (type: string) => layout.some(({ spec }) => spec.type === type);
  if (strategy !== "None" && !(has("Public") && has("Private"))) {
    throw new Error(
      `natGateways.strategy "${strategy}" needs public subnets, which hold the gateways, and private ones, which use them. Add them, or say "None".`,
    );
  }
}

function rank({ spec }: PlacedSubnet): number {
  return ["Public", "Private", "Isolated"].indexOf(spec.type);
}

/** `us-east-1a` is `1a`. */
function zoneSuffix(zone: string): string {
  return zone.replace(/^[a-z]{2}(?:-[a-z]+)+-/, "");
}
