import {
  WORLD,
  describeEdge,
  exportOf,
  fixtures,
  openEdges,
  reachability,
  reachableFrom,
  recordStack,
  type DeclaredResource,
  type Edge,
  type Recording,
} from "@records/testing";
import { GROUPS, GROUPS_BY_TIER, INTERNET, MATRIX, S3, SILENT } from "./specification.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

let prod: Recording;
let declared: readonly DeclaredResource[];
beforeAll(async () => {
  prod = await recordStack("projects/network", { security: fixtures.security }, { stack: "prod" });
  declared = exportOf(prod, "prod", "network").deployment.resources;
}, 120_000);

/** The rules as edges; the list of S3's addresses by its name in the specification. */
const rules = (resources: readonly DeclaredResource[] = declared) => {
  const { outward, inward } = reachability(resources, "srs-prod-");
  const named = (name: string) => (name === prod.contract.s3PrefixListId ? S3 : name);
  const all = (edges: readonly Edge[]) =>
    edges.map(({ from, to, ports }) => ({ from: named(from), to: named(to), ports }));
  return { outward: all(outward), inward: all(inward) };
};
const open = (resources?: readonly DeclaredResource[]) => openEdges(rules(resources), GROUPS);
const row = ([, from, to, port]: (typeof MATRIX)[number]) => `${from} -> ${to} ${port}`;

/** What is outside: every source and destination that is no group. */
const outsiders = (edges: readonly Edge[]) => [
  ...new Set([WORLD, ...edges.flatMap(({ from, to }) => [from, to])].filter((name) => !GROUPS.includes(name))),
];
const enteredFromOutside = (edges: readonly Edge[]) =>
  outsiders(edges).flatMap((outsider) => [...reachableFrom(outsider, edges)].filter((name) => GROUPS.includes(name)));
const without = (edges: readonly Edge[], group: string) =>
  edges.filter(({ from, to }) => from !== group && to !== group);

/** The stack with one more rule, as somebody might add it. */
const withRule = (
  type: string,
  own: string,
  peer: Record<string, string>,
  port: number,
): readonly DeclaredResource[] => {
  const idOf = (name: string) =>
    declared.find(({ type, inputs }) => type === GROUP && inputs.name === `srs-prod-${name}`)!.id;
  const referenced = peer.group ? { referencedSecurityGroupId: idOf(peer.group) } : peer;
  const inputs = { securityGroupId: idOf(own), ipProtocol: "tcp", fromPort: port, toPort: port, ...referenced };
  return [...declared, { urn: "urn:pulumi:prod::srs-network::rule::added", type, id: "sgr-added", inputs }];
};

describe("the rules of the security groups", () => {
  it("open every edge of the specification, and no other", () => {
    expect(open().map(describeEdge).toSorted()).toEqual(MATRIX.map(row).toSorted());
  });

  it("are there on both sides of every edge between groups, and lead nowhere on one side alone", () => {
    const { outward, inward } = rules();
    const between = MATRIX.filter(([, , to]) => GROUPS.includes(to)).map(row);
    expect(inward.map(describeEdge).toSorted()).toEqual(between.toSorted());
    expect(outward.map(describeEdge).toSorted()).toEqual(MATRIX.map(row).toSorted());
  });

  it("say what each is for, each for one port of TCP", () => {
    const all = [...prod.ofType(INGRESS), ...prod.ofType(EGRESS)];
    expect(all).not.toHaveLength(0);
    expect(all.filter(({ inputs }) => inputs.ipProtocol !== "tcp" || inputs.fromPort !== inputs.toPort)).toEqual([]);
    // What AWS takes as a description.
    const said = /^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{10,255}$/;
    expect(all.filter(({ inputs }) => !said.test(inputs.description))).toEqual([]);
  });

  it("let nobody in by address", () => {
    const peers = ["cidrIpv4", "cidrIpv6", "prefixListId"];
    expect(prod.ofType(INGRESS)).not.toHaveLength(0);
    expect(prod.ofType(INGRESS).filter(({ inputs }) => peers.some((peer) => peer in inputs))).toEqual([]);
  });

  it("let out by address only who must reach hosts without an endpoint, on port 443", () => {
    const byAddress = rules().outward.filter(({ to }) => to === INTERNET);
    expect(byAddress.map(({ from, ports }) => `${from} ${ports}`).toSorted()).toEqual([
      "api-task 443",
      "consumer 443",
      "rotation 443",
    ]);
  });

  it("give what holds data no way out at all", () => {
    expect(GROUPS).toEqual(expect.arrayContaining(SILENT));
    expect(rules().outward.filter(({ from }) => SILENT.includes(from))).toEqual([]);
  });

  it("stand outside the groups, and the VPC's default group has none", () => {
    const groups = prod.ofType(GROUP);
    expect(groups.map(({ inputs }) => inputs.name).toSorted()).toEqual(
      GROUPS.map((name) => `srs-prod-${name}`).toSorted(),
    );
    expect(groups.filter(({ inputs }) => "ingress" in inputs || "egress" in inputs)).toEqual([]);
    expect(groups.filter(({ inputs }) => !inputs.description)).toEqual([]);
    expect(prod.get("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default").inputs).toMatchObject({
      ingress: [],
      egress: [],
    });
  });

  it("stay under the number that AWS allows a group", () => {
    const most = (type: string) =>
      Math.max(
        ...GROUPS.map(
          (name) =>
            rules()[type === INGRESS ? "inward" : "outward"].filter(
              (edge) => (type === INGRESS ? edge.to : edge.from) === name,
            ).length,
        ),
      );
    expect(most(INGRESS)).toBeLessThanOrEqual(60);
    expect(most(EGRESS)).toBeLessThanOrEqual(60);
  });

  it("are published under the names of their groups", () => {
    const ids = prod.contract.securityGroupIds as Record<string, string>;
    const byName = declared
      .filter(({ type }) => type === GROUP)
      .map(({ id, inputs }) => [String(inputs.name).replace("srs-prod-", ""), id] as const);
    const published = Object.entries(ids).map(
      ([name, id]) => [name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`), id] as const,
    );
    expect(new Map(published)).toEqual(new Map(byName));
  });
});

describe("no path", () => {
  it("leads from the internet, or from anything else outside, into any group", () => {
    const edges = open();
    expect(outsiders(edges)).toEqual(expect.arrayContaining([INTERNET, S3]));
    expect(enteredFromOutside(edges)).toEqual([]);
  });

  it("would go unseen: one door from the internet shows everything behind it", () => {
    const entered = enteredFromOutside(open(withRule(INGRESS, "vpc-link", { cidrIpv4: INTERNET }, 443)));
    expect(entered).toEqual(expect.arrayContaining(["vpc-link", "alb", "api-task", "db-proxy", "database"]));
    expect(enteredFromOutside(open(withRule(INGRESS, "efs", { cidrIpv6: "::/0" }, 2049)))).toEqual(["efs"]);
  });

  it("leads from a consumer to the database but the one through the proxy", () => {
    const edges = open();
    expect([...reachableFrom("consumer", edges)]).toContain("db-proxy");
    expect([...reachableFrom("consumer", without(edges, "db-proxy"))]).not.toContain("database");
  });

  it("of a consumer round the proxy would go unseen", () => {
    const direct = [
      ...withRule(EGRESS, "consumer", { group: "database" }, 5433),
      ...withRule(INGRESS, "database", { group: "consumer" }, 5433).slice(-1),
    ];
    expect([...reachableFrom("consumer", without(open(direct), "db-proxy"))]).toContain("database");
    // By another group, too.
    const around = [
      ...withRule(EGRESS, "consumer", { group: "migration" }, 443),
      ...withRule(INGRESS, "migration", { group: "consumer" }, 443).slice(-1),
    ];
    expect([...reachableFrom("consumer", without(open(around), "db-proxy"))]).toContain("database");
  });

  it("leads out of what holds data", () => {
    const edges = open();
    for (const group of SILENT) expect([...reachableFrom(group, edges)]).toEqual([]);
    expect(GROUPS_BY_TIER.isolated.filter((group) => reachableFrom(group, edges).has(INTERNET))).toEqual([]);
  });
});
