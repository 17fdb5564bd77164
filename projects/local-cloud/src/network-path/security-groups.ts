/** Rules of security groups: stateful, so that a connection is judged by its opening alone. */
import type { Account } from "../cloud.ts";
import type { Properties } from "../resource-type.ts";
import { contains, parseCidr, type Cidr } from "../services/ec2/cidr.ts";
import * as token from "../services/ec2/tokens.ts";
import { defaultSecurityGroupId } from "../services/ec2/vpc.ts";

export type RulePeer =
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "block"; readonly text: string; readonly cidr: Cidr }
  | { readonly kind: "prefix-list"; readonly id: string };

export interface GroupRule {
  /** Undefined: every protocol and port. */
  readonly tcpPorts: readonly [from: number, to: number] | undefined;
  readonly peer: RulePeer;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}

/** The other end of a connection as rules see it: groups of ours, or addresses. */
export interface Peer {
  readonly groupIds: readonly string[];
  /** Every address it may have. */
  readonly blocks: readonly Cidr[];
}

/** Lists of addresses that AWS keeps, by id. */
export type PrefixLists = ReadonlyMap<string, { readonly service: string; readonly blocks: readonly Cidr[] }>;

export function readGroups(account: Account): ReadonlyMap<string, SecurityGroup> {
  const ruled = (type: string, groupId: string): GroupRule[] =>
    account.ofType(type).flatMap(({ inputs }) => (inputs.securityGroupId === groupId ? ruleOf(inputs) : []));
  const group = (id: string, name: string, inputs: Properties): [string, SecurityGroup] => [
    id,
    {
      id,
      name,
      ingress: [...inlineRules(inputs.ingress, id), ...ruled(token.INGRESS_RULE, id)],
      egress: [...inlineRules(inputs.egress, id), ...ruled(token.EGRESS_RULE, id)],
    },
  ];
  const managed = new Map(account.ofType(token.DEFAULT_SECURITY_GROUP).map(({ id, inputs }) => [id, inputs]));
  return new Map([
    ...account.ofType(token.VPC).map((vpc) => {
      const id = defaultSecurityGroupId(vpc.id);
      return group(id, "default", managed.get(id) ?? UNMANAGED_DEFAULT);
    }),
    ...account.ofType(token.SECURITY_GROUP).map(({ id, inputs }) => group(id, String(inputs.name), inputs)),
  ]);
}

/** What AWS gives a VPC's default group: its members reach each other, and everything else. */
const UNMANAGED_DEFAULT: Properties = {
  ingress: [{ protocol: "-1", self: true }],
  egress: [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }],
};

function ruleOf(inputs: Properties): GroupRule[] {
  const tcpPorts = portsOf(inputs.ipProtocol, inputs);
  return tcpPorts === "not tcp" ? [] : peersOf(inputs).map((peer) => ({ tcpPorts, peer }));
}

function peersOf({ referencedSecurityGroupId, prefixListId, cidrIpv4 }: Properties): RulePeer[] {
  // Across accounts a reference is `<account>/<group>`.
  if (typeof referencedSecurityGroupId === "string")
    return [{ kind: "group", id: referencedSecurityGroupId.split("/").at(-1) ?? "" }];
  if (typeof prefixListId === "string") return [{ kind: "prefix-list", id: prefixListId }];
  return typeof cidrIpv4 === "string" ? blockPeer(cidrIpv4) : [];
}

function inlineRules(rules: unknown, ownId: string): GroupRule[] {
  return ((rules ?? []) as Properties[]).flatMap((rule) => {
    const tcpPorts = portsOf(rule.protocol, rule);
    if (tcpPorts === "not tcp") return [];
    const groups: string[] = [...(rule.securityGroups ?? []), ...(rule.self === true ? [ownId] : [])];
    const peers: RulePeer[] = [
      ...groups.map((id) => ({ kind: "group" as const, id })),
      ...((rule.prefixListIds ?? []) as string[]).map((id) => ({ kind: "prefix-list" as const, id })),
      ...((rule.cidrBlocks ?? []) as string[]).flatMap(blockPeer),
    ];
    return peers.map((peer) => ({ tcpPorts, peer }));
  });
}

function blockPeer(text: string): RulePeer[] {
  const cidr = parseCidr(text);
  return cidr === undefined ? [] : [{ kind: "block", text, cidr }];
}

function portsOf(protocol: unknown, { fromPort, toPort }: Properties): GroupRule["tcpPorts"] | "not tcp" {
  const name = String(protocol).toLowerCase();
  if (name === "-1" || name === "all") return undefined;
  return name === "tcp" || name === "6" ? [Number(fromPort), Number(toPort)] : "not tcp";
}

/** The rule of these groups that admits the port and all of the peer; of several the one that says it most closely. */
export function admittingRule(
  groups: readonly SecurityGroup[],
  side: "ingress" | "egress",
  port: number,
  peer: Peer,
  prefixLists: PrefixLists,
): { group: SecurityGroup; rule: GroupRule } | undefined {
  const admits = ({ tcpPorts, peer: named }: GroupRule): boolean => {
    if (tcpPorts !== undefined && !(tcpPorts[0] <= port && port <= tcpPorts[1])) return false;
    if (named.kind === "group") return peer.groupIds.includes(named.id);
    const blocks = named.kind === "block" ? [named.cidr] : (prefixLists.get(named.id)?.blocks ?? []);
    return peer.blocks.every((address) => blocks.some((block) => contains(block, address)));
  };
  return groups
    .flatMap((group) => group[side].filter(admits).map((rule) => ({ group, rule })))
    .toSorted((a, b) => breadth(a.rule) - breadth(b.rule))[0];
}

function breadth({ peer }: GroupRule): number {
  if (peer.kind === "block") return 1 + peer.cidr.size;
  return peer.kind === "group" ? 0 : 1;
}
