/**
 * Who may reach whom, read back from the rules that a stack declared or deployed. It knows security groups and nothing
 * of what the program meant, so that a table in a test can be held against it in both directions.
 */

/** A resource of an exported state; `exportOf` gives recordings the same form. */
export interface DeclaredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  // Shapes of several resource types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly inputs: Record<string, any>;
}

export interface Edge {
  /** A group's name without prefix, or an address block, or an address list's id. */
  readonly from: string;
  readonly to: string;
  /** `443`; `udp 53` when not TCP; `1000-2000` for a range; `all`. */
  readonly ports: string;
}

/** Each edge between two groups is there twice when it is open: a rule on the way out of one, and one on the way into the other. */
export interface Rules {
  readonly outward: readonly Edge[];
  readonly inward: readonly Edge[];
}

export const WORLD = "0.0.0.0/0";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/**
 * @param prefix  what every group's name starts with, for instance `srs-local-`
 * @throws {Error} rules in a form that this reading would miss
 */
export function reachability(resources: readonly DeclaredResource[], prefix: string): Rules {
  refuseOtherForms(resources);
  const names = new Map(
    resources
      .filter(({ type }) => type === GROUP)
      .map(({ id, inputs }) => [id, String(inputs.name).replace(prefix, "")] as const),
  );
  const nameOf = (id: string): string => names.get(id) ?? id;
  const edges = (type: string, edge: (own: string, peer: string, ports: string) => Edge) =>
    resources
      .filter((resource) => resource.type === type)
      .map(({ urn, inputs }) =>
        edge(nameOf(String(inputs.securityGroupId)), peerOf(urn, inputs, nameOf), ports(inputs)),
      );
  return {
    outward: edges(EGRESS, (from, to, open) => ({ from, to, ports: open })),
    inward: edges(INGRESS, (to, from, open) => ({ from, to, ports: open })),
  };
}

/** What lets traffic through at both ends. Outside the groups there is one end only. */
export function openEdges({ outward, inward }: Rules, groups: readonly string[]): readonly Edge[] {
  const isGroup = (name: string) => groups.includes(name);
  const said = new Set(inward.map(describeEdge));
  return [
    ...outward.filter((edge) => !isGroup(edge.to) || said.has(describeEdge(edge))),
    ...inward.filter(({ from }) => !isGroup(from)),
  ];
}

/** Everything that can be reached from somewhere, from one to the next. */
export function reachableFrom(start: string, edges: readonly Edge[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const next = [start];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const { from, to } of edges) {
      if (from !== at || reached.has(to)) continue;
      reached.add(to);
      next.push(to);
    }
  }
  return reached;
}

export const describeEdge = ({ from, to, ports: open }: Edge): string => `${from} -> ${to} ${open}`;

function peerOf(urn: string, inputs: DeclaredResource["inputs"], nameOf: (id: string) => string): string {
  const peers = [
    ...(inputs.referencedSecurityGroupId === undefined ? [] : [nameOf(String(inputs.referencedSecurityGroupId))]),
    ...[inputs.cidrIpv4, inputs.cidrIpv6, inputs.prefixListId].filter((peer) => peer !== undefined).map(String),
  ];
  if (peers.length === 1) return peers[0]!;
  throw new Error(`${urn} names ${peers.length} peers. A rule has exactly one; AWS refuses it otherwise.`);
}

function ports({ ipProtocol, fromPort, toPort }: DeclaredResource["inputs"]): string {
  if (String(ipProtocol) === "-1") return "all";
  const range = fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`;
  return ipProtocol === "tcp" ? range : `${ipProtocol} ${range}`;
}

function refuseOtherForms(resources: readonly DeclaredResource[]): void {
  const missed = resources.filter(
    ({ type, inputs }) =>
      type === "aws:ec2/securityGroupRule:SecurityGroupRule" ||
      (/:(Default)?SecurityGroup$/.test(type) && [inputs.ingress ?? [], inputs.egress ?? []].flat().length > 0),
  );
  if (missed.length === 0) return;
  throw new Error(
    `${missed.map(({ urn }) => urn).join(", ")}: rules inside a group, or of the old type, are not read here. Make each a ${INGRESS} or ${EGRESS}.`,
  );
}
