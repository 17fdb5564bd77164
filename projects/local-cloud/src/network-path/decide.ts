/**
 * Whether a connection passes the deployed network: security groups of both ends, network ACLs, routes. Pure.
 * Of a thing with interfaces in several subnets every one must be able to: what would fail now and then on AWS
 * fails here at once.
 */
import { formatCidr, parseCidr, type Cidr } from "../services/ec2/cidr.ts";
import { defaultSecurityGroupId } from "../services/ec2/vpc.ts";
import { ANSWER_PORTS, passes } from "./acls.ts";
import type { Endpoint, Network, Subnet } from "./network.ts";
import type { Destination, NetworkPlace, Verdict } from "./place.ts";
import { wayOut } from "./routes.ts";
import { admittingRule, type Peer, type SecurityGroup } from "./security-groups.ts";

const HTTPS = 443;
/** An address that is not known: a rule has to admit them all. */
const EVERYWHERE = { peer: "0.0.0.0/0", blocks: [parseCidr("0.0.0.0/0")!] };

/** Where a service's endpoints have another name than its signatures. */
const ENDPOINT_NAMES: Readonly<Record<string, string>> = { kinesis: "kinesis-streams", ecr: "ecr.api" };

/** A place with its parts found. */
interface Located {
  readonly name: string;
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
  readonly groups: readonly SecurityGroup[];
  readonly publicAddress: boolean;
}

/** @returns undefined when no part of the way lies in a VPC of this account, so that nothing here decides about it */
export function decide(network: Network, from: NetworkPlace, to: Destination): Verdict | undefined {
  const source = locate(network, from);
  if (source === undefined) return undefined;
  switch (to.kind) {
    case "place": {
      const destination = locate(network, to.place);
      return destination && within(network, source, destination, to.port);
    }
    case "aws-service":
      return toService(network, source, to.service);
    case "internet":
      return outward(network, source, { name: to.name, port: to.port, ...EVERYWHERE });
  }
}

function locate(network: Network, place: NetworkPlace): Located | undefined {
  const subnets = place.subnetIds.flatMap((id) => network.subnets.get(id) ?? []);
  const vpcId = subnets[0]?.vpcId;
  if (vpcId === undefined) return undefined;
  const ids = place.securityGroupIds.length > 0 ? place.securityGroupIds : [defaultSecurityGroupId(vpcId)];
  // A group that is gone has no rules.
  const groups = ids.map((id) => network.groups.get(id) ?? { id, name: id, ingress: [], egress: [] });
  return { name: place.name, vpcId, subnets, groups, publicAddress: place.publicAddress === true };
}

function within(network: Network, from: Located, to: Located, port: number): Verdict {
  const refused = (missing: string): Verdict => ({
    allowed: false,
    reason: `${called(from)} -> ${called(to)} tcp ${port}: ${missing}`,
  });
  if (from.vpcId !== to.vpcId) return refused(`${from.vpcId} has no route to ${to.vpcId}`);

  const out = admittingRule(from.groups, "egress", port, peerOf(to), network.prefixLists);
  if (out === undefined) return refused(`${names(from)} has no egress rule for tcp ${port} to ${names(to)}`);
  const into = admittingRule(to.groups, "ingress", port, peerOf(from), network.prefixLists);
  if (into === undefined) return refused(`${names(to)} has no ingress rule for tcp ${port} from ${names(from)}`);

  for (const near of from.subnets) {
    for (const far of to.subnets) {
      if (near.id === far.id) continue; // the list stands at the subnet's edge
      const stopped =
        aclFault(near, far.cidr, { egress: port, ingress: ANSWER_PORTS }) ??
        aclFault(far, near.cidr, { ingress: port, egress: ANSWER_PORTS });
      if (stopped !== undefined) return refused(stopped);
    }
  }
  return { allowed: true, edge: `${out.group.name} -> ${into.group.name} tcp ${port}` };
}

/** With private DNS the service's name leads to the endpoint and nowhere else; a gateway endpoint is a route. */
function toService(network: Network, from: Located, service: string): Verdict {
  const name = ENDPOINT_NAMES[service] ?? service;
  const endpoints = network.endpoints.filter((endpoint) => endpoint.service === name && endpoint.vpcId === from.vpcId);
  const inside = endpoints.find(({ type, privateDns }) => type === "Interface" && privateDns);
  if (inside !== undefined) return throughInterface(network, from, inside);

  const list = [...network.prefixLists].find(([, prefixList]) => prefixList.service === name);
  const target = {
    ...{ name: `AWS ${name}`, port: HTTPS },
    ...(list === undefined ? EVERYWHERE : { peer: `prefix list ${list[0]}`, blocks: list[1].blocks }),
  };
  const gateway = endpoints.find(
    ({ type, routeTableIds }) =>
      type === "Gateway" && from.subnets.every(({ routeTable }) => routeTableIds.includes(routeTable.id)),
  );
  if (gateway === undefined) return outward(network, from, target);
  const verdict = addressed(network, from, target, () => ({ gatewaySubnet: undefined }));
  return verdict.allowed ? { ...verdict, endpoint: passed(gateway) } : verdict;
}

function throughInterface(network: Network, from: Located, endpoint: Endpoint): Verdict {
  const { id, subnetIds, securityGroupIds } = endpoint;
  const there = locate(network, { name: `endpoint ${endpoint.service} (${id})`, subnetIds, securityGroupIds });
  if (there === undefined)
    return { allowed: false, reason: `${called(from)} -> AWS ${endpoint.service}: the endpoint ${id} is in no subnet` };
  const verdict = within(network, from, there, HTTPS);
  return verdict.allowed ? { ...verdict, endpoint: passed(endpoint) } : verdict;
}

const passed = ({ id, type, vpcId, policy }: Endpoint) => ({ id, type, vpcId, policy });

interface OutwardTarget {
  readonly name: string;
  /** The blocks as a rule would name them. */
  readonly peer: string;
  readonly blocks: readonly Cidr[];
  readonly port: number;
}

function outward(network: Network, from: Located, target: OutwardTarget): Verdict {
  return addressed(network, from, target, (subnet, block) => wayOut(network, subnet, block, from.publicAddress));
}

/** A connection to addresses outside the VPC. */
function addressed(
  network: Network,
  from: Located,
  { name, peer, blocks, port }: OutwardTarget,
  route: (subnet: Subnet, block: Cidr) => ReturnType<typeof wayOut>,
): Verdict {
  const refused = (missing: string): Verdict => ({
    allowed: false,
    reason: `${called(from)} -> ${name} tcp ${port}: ${missing}`,
  });
  const out = admittingRule(from.groups, "egress", port, { groupIds: [], blocks }, network.prefixLists);
  if (out === undefined) return refused(`${names(from)} has no egress rule for tcp ${port} to ${peer}`);
  for (const near of from.subnets) {
    for (const block of blocks) {
      const way = route(near, block);
      if ("missing" in way) return refused(way.missing);
      const own = aclFault(near, block, { egress: port, ingress: ANSWER_PORTS });
      const nat = way.gatewaySubnet;
      const stopped = own ?? (nat === undefined || nat.id === near.id ? undefined : natFault(nat, near, block, port));
      if (stopped !== undefined) return refused(stopped);
    }
  }
  const { peer: admitted } = out.rule;
  const end = admitted.kind === "block" ? admitted.text : admitted.id;
  return { allowed: true, edge: `${out.group.name} -> ${end} tcp ${port}` };
}

/** What goes through NAT crosses the edge of the gateway's subnet four times. */
function natFault(nat: Subnet, near: Subnet, block: Cidr, port: number): string | undefined {
  return (
    aclFault(nat, near.cidr, { ingress: port, egress: ANSWER_PORTS }) ??
    aclFault(nat, block, { egress: port, ingress: ANSWER_PORTS })
  );
}

type Crossing = number | readonly [from: number, to: number];

function aclFault(subnet: Subnet, block: Cidr, crossing: Readonly<Record<"ingress" | "egress", Crossing>>) {
  for (const side of ["egress", "ingress"] as const) {
    const ports = crossing[side];
    const range = typeof ports === "number" ? ([ports, ports] as const) : ports;
    if (passes(subnet.acl[side], block, range)) continue;
    const answers = typeof ports === "number" ? `tcp ${ports}` : `answers on tcp ${range.join("-")}`;
    const direction = side === "egress" ? "to" : "from";
    return `network ACL ${subnet.acl.id} of ${subnet.id} has no ${side} entry for ${answers} ${direction} ${formatCidr(block)}`;
  }
  return undefined;
}

const peerOf = ({ groups, subnets }: Located): Peer => ({
  groupIds: groups.map(({ id }) => id),
  blocks: subnets.map(({ cidr }) => cidr),
});

const names = ({ groups }: Located): string => groups.map(({ id, name }) => `${name} (${id})`).join(", ");
const called = ({ name, groups }: Located): string => `${name} [${groups.map((group) => group.name).join(", ")}]`;
