import type { NetworkPlace } from "../../src/network-path/place.ts";
import type { Properties } from "../../src/resource-type.ts";
import type { MadeResource, Resources } from "../support/resources.ts";

const EVERYWHERE = "0.0.0.0/0";
const VPC_BLOCK = "10.40.0.0/16";
const BLOCKS = { public: "10.40.0.0/24", private: "10.40.1.0/24", isolated: "10.40.2.0/24" };
const GROUPS = ["app", "balancer", "cache", "database", "endpoints", "files", "job", "proxy"] as const;
export type Tier = keyof typeof BLOCKS;
export type Group = (typeof GROUPS)[number];

/** Who reaches whom. */
const EDGES = [
  ["app", "database", 5433],
  ["app", "proxy", 5432],
  ["proxy", "database", 5433],
  ["app", "cache", 6379],
  ["app", "files", 2049],
  ["balancer", "app", 8443],
  ["app", "endpoints", 443],
] as const satisfies readonly (readonly [Group, Group, number])[];

/** What may be taken out of the network, by name. */
export type Part =
  | `rule ${Group} out to ${Group | "s3" | "everywhere"}`
  | `rule ${Group} in from ${Group}`
  | "route of private to nat"
  | "route of public to internet gateway"
  | `acl ${Tier} ${"in" | "out"} ${string}`;

export interface SmallNetwork {
  readonly vpcId: string;
  readonly endpointIds: Readonly<Record<"kms" | "s3", string>>;
  /** A thing of this group in this tier. */
  place(group: Group | undefined, tier: Tier): NetworkPlace;
  readonly subnetIds: Readonly<Record<Tier, string>>;
  readonly groupIds: Readonly<Record<Group, string>>;
  /** @returns how to put it back */
  remove(part: Part): Promise<() => Promise<void>>;
}

/** One zone of a network like those that people deploy: NAT, endpoints of both kinds, lists that name addresses only. */
export async function smallNetwork(resources: Resources): Promise<SmallNetwork> {
  const parts = new Map<string, MadeResource>();
  const make = async (type: string, name: string, program: Properties): Promise<MadeResource> => {
    const made = await resources.create(`aws:${type}`, name.replaceAll(/[^a-z0-9]/g, "-"), program);
    parts.set(name, made);
    return made;
  };
  const { id: vpcId } = await make("ec2/vpc:Vpc", "vpc", {
    cidrBlock: VPC_BLOCK,
    enableDnsHostnames: true,
    enableDnsSupport: true,
  });
  const subnet = (tier: Tier) =>
    make("ec2/subnet:Subnet", tier, { vpcId, cidrBlock: BLOCKS[tier], availabilityZone: "us-east-1a" });
  const subnets = {
    public: await subnet("public"),
    private: await subnet("private"),
    isolated: await subnet("isolated"),
  };
  const group = async (name: string) => (await make("ec2/securityGroup:SecurityGroup", name, { name, vpcId })).id;
  const groups = Object.fromEntries(
    await Promise.all(GROUPS.map(async (name) => [name, await group(name)] as const)),
  ) as Record<Group, string>;

  const gateway = await make("ec2/internetGateway:InternetGateway", "igw", { vpcId });
  const eip = await make("ec2/eip:Eip", "eip", { domain: "vpc" });
  const nat = await make("ec2/natGateway:NatGateway", "nat", { allocationId: eip.id, subnetId: subnets.public.id });
  const table = async (tier: Tier) => {
    const { id: routeTableId } = await make("ec2/routeTable:RouteTable", `table of ${tier}`, { vpcId });
    await make("ec2/routeTableAssociation:RouteTableAssociation", `association of ${tier}`, {
      routeTableId,
      subnetId: subnets[tier].id,
    });
    return routeTableId;
  };
  const tables = { public: await table("public"), private: await table("private"), isolated: await table("isolated") };
  const route = (name: string, routeTableId: string, target: Properties) =>
    make("ec2/route:Route", name, { routeTableId, destinationCidrBlock: EVERYWHERE, ...target });
  await route("route of public to internet gateway", tables.public, { gatewayId: gateway.id });
  await route("route of private to nat", tables.private, { natGatewayId: nat.id });

  const s3 = await make("ec2/vpcEndpoint:VpcEndpoint", "s3", {
    ...{ vpcId, serviceName: "com.amazonaws.us-east-1.s3", vpcEndpointType: "Gateway" },
    routeTableIds: [tables.private, tables.isolated],
  });
  const kms = await make("ec2/vpcEndpoint:VpcEndpoint", "kms", {
    ...{ vpcId, serviceName: "com.amazonaws.us-east-1.kms", vpcEndpointType: "Interface", privateDnsEnabled: true },
    ...{ subnetIds: [subnets.isolated.id], securityGroupIds: [groups.endpoints] },
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" }],
    }),
  });

  const rule = (name: Part, side: "Egress" | "Ingress", of: Group, port: number, peer: Properties) =>
    make(`vpc/securityGroup${side}Rule:SecurityGroup${side}Rule`, name, {
      ...{ securityGroupId: groups[of], ipProtocol: "tcp", fromPort: port, toPort: port, ...peer },
    });
  const toGroup = (name: Group) => ({ referencedSecurityGroupId: groups[name] });
  for (const [from, to, port] of EDGES) {
    await rule(`rule ${from} out to ${to}`, "Egress", from, port, toGroup(to));
    await rule(`rule ${to} in from ${from}`, "Ingress", to, port, toGroup(from));
  }
  await rule("rule app out to s3", "Egress", "app", 443, { prefixListId: s3.outputs.prefixListId });
  await rule("rule app out to everywhere", "Egress", "app", 443, { cidrIpv4: EVERYWHERE });

  const acl = async (tier: Tier, entries: readonly (readonly ["in" | "out", string, string, number, number])[]) => {
    const { id } = await make("ec2/networkAcl:NetworkAcl", `acl ${tier}`, { vpcId, subnetIds: [subnets[tier].id] });
    for (const [index, [side, what, cidrBlock, fromPort, toPort]] of entries.entries()) {
      await make("ec2/networkAclRule:NetworkAclRule", `acl ${tier} ${side} ${what}`, {
        ...{ networkAclId: id, egress: side === "out", ruleNumber: 100 + index, ruleAction: "allow", cidrBlock },
        ...(toPort === 0 ? { protocol: "-1", fromPort: 0, toPort: 0 } : { protocol: "tcp", fromPort, toPort }),
      });
    }
  };
  await acl("public", [
    ["in", "443 from vpc", VPC_BLOCK, 443, 443],
    ["in", "answers from everywhere", EVERYWHERE, 1024, 65_535],
    ["out", "443 to everywhere", EVERYWHERE, 443, 443],
    ["out", "answers to vpc", VPC_BLOCK, 1024, 65_535],
  ]);
  await acl("private", [
    ["in", "vpc", VPC_BLOCK, 0, 0],
    ["in", "answers from everywhere", EVERYWHERE, 1024, 65_535],
    ["out", "vpc", VPC_BLOCK, 0, 0],
    ["out", "443 to everywhere", EVERYWHERE, 443, 443],
  ]);
  await acl("isolated", [
    ["in", "vpc", VPC_BLOCK, 0, 0],
    ["out", "vpc", VPC_BLOCK, 0, 0],
  ]);

  return {
    vpcId,
    endpointIds: { kms: kms.id, s3: s3.id },
    subnetIds: { public: subnets.public.id, private: subnets.private.id, isolated: subnets.isolated.id },
    groupIds: groups,
    place: (name, tier) => ({
      name: `the ${name ?? "nameless"}`,
      subnetIds: [subnets[tier].id],
      securityGroupIds: name === undefined ? [] : [groups[name]],
    }),
    remove: async (part) => {
      const found = parts.get(part);
      if (found === undefined) throw new Error(`The small network has no ${part}.`);
      await resources.remove(found);
      return async () => {
        const logicalName = found.urn.split("::").at(-1) ?? "";
        parts.set(part, await resources.create(found.token, logicalName, found.inputs));
      };
    },
  };
}
