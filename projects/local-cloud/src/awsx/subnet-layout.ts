/** Where `awsx.ec2.Vpc` puts its subnets: the published rules of the strategies `Auto` and `Exact`. Pure arithmetic. */
import { blockFrom, contains, formatCidr, overlaps, parseCidr } from "../services/ec2/cidr.ts";
import type { Cidr } from "../services/ec2/cidr.ts";

export type SubnetType = "Public" | "Private" | "Isolated" | "Unused";

export interface SubnetSpec {
  readonly type: SubnetType;
  readonly name?: string;
  readonly cidrMask?: number;
  /** Number of addresses, a power of two; another way to say the mask. */
  readonly size?: number;
  readonly cidrBlocks?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PlacedSubnet {
  readonly spec: SubnetSpec;
  readonly zone: string;
  /** From 1. */
  readonly zoneNumber: number;
  readonly cidrBlock: string;
  readonly block: Cidr;
}

export interface LayoutRequest {
  readonly cidrBlock: string;
  readonly zones: readonly string[];
  readonly strategy: "Auto" | "Exact";
  readonly specs?: readonly SubnetSpec[];
  readonly zoneMask?: number;
}

/** In each zone the order of the specs; gaps appear where a larger subnet follows a smaller one. */
export function layOutSubnets(request: LayoutRequest): readonly PlacedSubnet[] {
  const vpc = parsed(request.cidrBlock);
  const zoneMask = request.zoneMask ?? vpc.prefix + bitsFor(request.zones.length);
  const specs = (request.specs ?? defaultSpecs(zoneMask)).map(withMask);
  if (specs.length === 0)
    throw new Error("subnetSpecs is empty: name at least one subnet, or leave it out for the default layout.");

  const subnets = specs.some((spec) => spec.cidrBlocks !== undefined)
    ? explicitBlocks(specs, request.zones)
    : consecutiveBlocks(vpc, specs, request.zones, zoneMask);
  refuseOverlaps(vpc, request.cidrBlock, subnets);
  if (request.strategy === "Exact") refuseGaps(vpc, subnets);
  return subnets;
}

function consecutiveBlocks(
  vpc: Cidr,
  specs: readonly SubnetSpec[],
  zones: readonly string[],
  zoneMask: number,
): PlacedSubnet[] {
  const defaultMask = zoneMask + bitsFor(specs.length);
  const zoneSize = 2 ** (32 - zoneMask);
  const needed = specs.reduce((sum, spec) => sum + 2 ** (32 - (spec.cidrMask ?? defaultMask)), 0);
  if (needed > zoneSize) {
    throw new Error(
      `The subnets of one zone need ${needed} addresses and a zone has ${zoneSize} (/${zoneMask}): enlarge the VPC or shrink the subnets.`,
    );
  }
  return zones.flatMap((zone, zoneIndex) => {
    let next = vpc.first + zoneIndex * zoneSize;
    return specs.map((spec) => {
      const block = blockFrom(next, spec.cidrMask ?? defaultMask);
      next = block.first + block.size;
      return { spec, zone, zoneNumber: zoneIndex + 1, cidrBlock: formatCidr(block), block };
    });
  });
}

function explicitBlocks(specs: readonly SubnetSpec[], zones: readonly string[]): PlacedSubnet[] {
  specs.forEach((spec, index) => {
    if (spec.cidrBlocks?.length !== zones.length) {
      throw new Error(
        `subnetSpecs[${index}] has ${spec.cidrBlocks?.length ?? "no"} cidrBlocks for ${zones.length} zones: when one spec names its blocks, each names one per zone.`,
      );
    }
    for (const cidrBlock of spec.cidrBlocks) {
      if (spec.cidrMask !== undefined && parsed(cidrBlock).prefix !== spec.cidrMask) {
        throw new Error(
          `subnetSpecs[${index}] says /${spec.cidrMask} and names the block ${cidrBlock}: drop one of the two.`,
        );
      }
    }
  });
  return zones.flatMap((zone, zoneIndex) =>
    specs.map((spec) => {
      const cidrBlock = spec.cidrBlocks?.[zoneIndex] ?? "";
      return { spec, zone, zoneNumber: zoneIndex + 1, cidrBlock, block: parsed(cidrBlock) };
    }),
  );
}

/** The default layout never uses more than a /16 in a zone, nor subnets below /28. */
function defaultSpecs(zoneMask: number): readonly SubnetSpec[] {
  if (zoneMask > 26) {
    throw new Error(
      `The default subnets need at least a /26 per zone and there is a /${zoneMask}: enlarge the VPC or name the subnets.`,
    );
  }
  const mask = Math.max(zoneMask, 16);
  return [
    { type: "Private", cidrMask: mask + 1 },
    { type: "Public", cidrMask: mask + 2 },
  ];
}

function withMask(spec: SubnetSpec, index: number): SubnetSpec {
  if (spec.size === undefined) return spec;
  const mask = 32 - Math.log2(spec.size);
  if (!Number.isInteger(mask) || mask < 0 || mask > 30) {
    throw new Error(`subnetSpecs[${index}].size is ${spec.size}: it must be a power of two from 4 addresses on.`);
  }
  if (spec.cidrMask !== undefined && spec.cidrMask !== mask) {
    throw new Error(
      `subnetSpecs[${index}] says size ${spec.size}, which is a /${mask}, and cidrMask ${spec.cidrMask}: drop one of the two.`,
    );
  }
  return { ...spec, cidrMask: mask };
}

function refuseOverlaps(vpc: Cidr, vpcBlock: string, subnets: readonly PlacedSubnet[]): void {
  for (const [index, subnet] of subnets.entries()) {
    if (!contains(vpc, subnet.block)) {
      throw new Error(
        `The subnet ${subnet.cidrBlock} in ${subnet.zone} lies outside the VPC ${vpcBlock}: enlarge the VPC, or use fewer zones.`,
      );
    }
    const other = subnets.slice(index + 1).find(({ block }) => overlaps(block, subnet.block));
    if (other !== undefined) {
      throw new Error(
        `The subnets ${subnet.cidrBlock} in ${subnet.zone} and ${other.cidrBlock} in ${other.zone} overlap: shrink one, or enlarge the VPC.`,
      );
    }
  }
}

function refuseGaps(vpc: Cidr, subnets: readonly PlacedSubnet[]): void {
  let expected = vpc.first;
  for (const { block, cidrBlock, zone } of subnets) {
    if (block.first !== expected)
      throw new Error(
        `Strategy "Exact": there is a gap before ${cidrBlock} in ${zone}. Fill it with a spec of type "Unused".`,
      );
    expected = block.first + block.size;
  }
  if (expected !== vpc.first + vpc.size) {
    throw new Error(
      `Strategy "Exact": the subnets end before the VPC does. Fill the rest with a spec of type "Unused".`,
    );
  }
}

function bitsFor(count: number): number {
  return count <= 1 ? 0 : Math.ceil(Math.log2(count));
}

function parsed(cidrBlock: string): Cidr {
  const cidr = parseCidr(cidrBlock);
  if (cidr === undefined) throw new Error(`"${cidrBlock}" is no IPv4 block in canonical form, such as 10.40.0.0/16.`);
  return cidr;
}
