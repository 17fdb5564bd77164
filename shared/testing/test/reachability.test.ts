import { describeEdge, openEdges, reachability, reachableFrom, type DeclaredResource } from "../src/index.ts";

const group = (name: string): DeclaredResource => ({
  urn: `urn:pulumi:t::p::aws:ec2/securityGroup:SecurityGroup::${name}`,
  type: "aws:ec2/securityGroup:SecurityGroup",
  id: `sg-${name}`,
  inputs: { name: `srs-t-${name}` },
});
const rule = (side: "Ingress" | "Egress", own: string, peer: object, ports: object = {}): DeclaredResource => ({
  urn: `urn:pulumi:t::p::rule::${own}-${side}`,
  type: `aws:vpc/securityGroup${side}Rule:SecurityGroup${side}Rule`,
  id: "sgr-1",
  inputs: { securityGroupId: `sg-${own}`, ipProtocol: "tcp", fromPort: 443, toPort: 443, ...peer, ...ports },
});
const towards = (name: string) => ({ referencedSecurityGroupId: `sg-${name}` });
const groups = ["web", "api", "store"].map(group);
const edges = (...rules: DeclaredResource[]) => reachability([...groups, ...rules], "srs-t-");

describe("reachability", () => {
  it("reads both sides of an edge, by name", () => {
    const read = edges(rule("Egress", "web", towards("api")), rule("Ingress", "api", towards("web")));
    expect(read.outward.map(describeEdge)).toEqual(["web -> api 443"]);
    expect(read.inward.map(describeEdge)).toEqual(["web -> api 443"]);
  });

  it("tells ports, ranges and protocols apart", () => {
    const read = edges(
      rule("Egress", "web", { cidrIpv4: "0.0.0.0/0" }, { toPort: 8443 }),
      rule("Egress", "web", { prefixListId: "pl-1" }, { ipProtocol: "udp" }),
      rule("Egress", "web", { cidrIpv6: "::/0" }, { ipProtocol: "-1" }),
    );
    expect(read.outward.map(describeEdge)).toEqual([
      "web -> 0.0.0.0/0 443-8443",
      "web -> pl-1 udp 443",
      "web -> ::/0 all",
    ]);
  });

  it("refuses rules that it would miss", () => {
    const inline = { ...group("api"), inputs: { name: "srs-t-api", ingress: [{ fromPort: 22 }] } };
    expect(() => reachability([inline], "srs-t-")).toThrow("rules inside a group");
    const old = { ...group("api"), type: "aws:ec2/securityGroupRule:SecurityGroupRule" };
    expect(() => reachability([old], "srs-t-")).toThrow("not read here");
    expect(() => edges(rule("Egress", "web", { ...towards("api"), cidrIpv4: "0.0.0.0/0" }))).toThrow("names 2 peers");
  });
});

describe("open edges", () => {
  it("need both ends between groups, and one end outside", () => {
    const read = edges(
      rule("Egress", "web", towards("api")),
      rule("Egress", "api", towards("store")),
      rule("Ingress", "store", towards("api")),
      rule("Ingress", "web", { cidrIpv4: "0.0.0.0/0" }),
    );
    const open = openEdges(read, ["web", "api", "store"]);
    expect(open.map(describeEdge)).toEqual(["api -> store 443", "0.0.0.0/0 -> web 443"]);
  });

  it("are followed from one to the next, round in circles too", () => {
    const path = [
      { from: "web", to: "api", ports: "443" },
      { from: "api", to: "store", ports: "443" },
      { from: "store", to: "web", ports: "443" },
    ];
    expect([...reachableFrom("api", path)].toSorted()).toEqual(["api", "store", "web"]);
    expect([...reachableFrom("elsewhere", path)]).toEqual([]);
  });
});
