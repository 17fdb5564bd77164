import { exportOf, fixtures, recordStack, type Recording } from "@records/testing";
import fc from "fast-check";
import { Acls, type Packet, type Tier } from "./acl-packets.ts";
import { GROUPS_BY_TIER, INTERNET, MATRIX, S3 } from "./specification.ts";

const RULE = "aws:ec2/networkAclRule:NetworkAclRule";
let prod: Recording;
let acls: Acls;
beforeAll(async () => {
  prod = await recordStack("projects/network", { security: fixtures.security }, { stack: "prod" });
  acls = new Acls(exportOf(prod, "prod", "network").deployment.resources);
}, 120_000);

const tierOf = (group: string): Tier =>
  (GROUPS_BY_TIER.private as readonly string[]).includes(group) ? "private" : "isolated";
const octet = fc.nat({ max: 255 });
/** Anywhere in the network of prod. */
const inside = fc.tuple(octet, octet).map(([c, d]) => `10.43.${c}.${d}`);
const outside = fc
  .tuple(octet, octet, octet, octet)
  .filter(([a, b]) => !(a === 10 && b === 43))
  .map((octets) => octets.join("."));
/** Remote desktop's port is left out of the answers: nobody can tell them apart. */
const answerPort = fc.integer({ min: 1024, max: 65535 }).filter((port) => port !== 3389);
const tcp = (from: string, to: string, port: number): Packet => ({ from, to, protocol: "tcp", port });

/** What one packet has to pass: lists are asked on leaving a subnet and on entering the next. */
type Step = readonly [tier: Tier, side: "in" | "out", packet: Packet];
const stopped = (steps: readonly Step[]) => steps.filter(([tier, side, packet]) => !acls.lets(tier, side, packet));
const between = (from: Tier, to: Tier, packet: Packet): Step[] => [
  [from, "out", packet],
  [to, "in", packet],
];

describe("access lists", () => {
  it("let every edge between groups through, and its answers back", () => {
    const edges = MATRIX.filter(([, , to]) => to !== INTERNET && to !== S3);
    expect(edges).not.toHaveLength(0);
    fc.assert(
      fc.property(fc.constantFrom(...edges), inside, inside, answerPort, ([, from, to, port], client, server, own) => {
        const [there, back] = [tierOf(from), tierOf(to)];
        expect(stopped(between(there, back, tcp(client, server, port)))).toEqual([]);
        expect(stopped(between(back, there, tcp(server, client, own)))).toEqual([]);
      }),
    );
  });

  it("let calls to the internet out through NAT, and the answers back", () => {
    const callers = MATRIX.filter(([, , to]) => to === INTERNET);
    expect(callers).not.toHaveLength(0);
    fc.assert(
      fc.property(
        fc.record({
          caller: fc.constantFrom(...callers),
          task: inside,
          nat: inside,
          host: outside,
          own: answerPort,
          natPort: answerPort,
        }),
        ({ caller: [, from, , port], task, nat, host, own, natPort }) => {
          const tier = tierOf(from);
          expect(
            stopped([
              ...between(tier, "public", tcp(task, host, port)),
              ["public", "out", tcp(nat, host, port)],
              ["public", "in", tcp(host, nat, natPort)],
              ...between("public", tier, tcp(host, task, own)),
            ]),
          ).toEqual([]);
        },
      ),
    );
  });

  it("let calls to S3 out by its gateway, and the answers back", () => {
    const callers = MATRIX.filter(([, , to]) => to === S3);
    fc.assert(
      fc.property(fc.constantFrom(...callers), inside, outside, answerPort, ([, from, , port], task, s3, own) => {
        const tier = tierOf(from);
        expect(
          stopped([
            [tier, "out", tcp(task, s3, port)],
            [tier, "in", tcp(s3, task, own)],
          ]),
        ).toEqual([]);
      }),
    );
  });

  it("let nothing from outside in but what an answer looks like", () => {
    const packet = fc.record({
      from: outside,
      to: inside,
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
      port: fc.oneof(fc.nat({ max: 65535 }), fc.constantFrom(22, 443, 3389, 5432, 5433, 6379, 8443)),
    });
    fc.assert(
      fc.property(fc.constantFrom<Tier>("public", "private", "isolated"), packet, (tier, arriving) => {
        if (!acls.lets(tier, "in", arriving)) return;
        expect(arriving).toMatchObject({ protocol: "tcp" });
        expect(arriving.port).toBeGreaterThanOrEqual(1024);
        expect(arriving.port).not.toBe(3389);
        expect(tier).not.toBe("isolated");
      }),
    );
  });

  it("let nothing pass between an isolated subnet and the outside, either way", () => {
    const packet = fc.record({
      inner: inside,
      outer: outside,
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
      port: fc.nat({ max: 65535 }),
    });
    fc.assert(
      fc.property(packet, ({ inner, outer, protocol, port }) => {
        expect(acls.lets("isolated", "in", { from: outer, to: inner, protocol, port })).toBe(false);
        expect(acls.lets("isolated", "out", { from: inner, to: outer, protocol, port })).toBe(false);
        expect(acls.lets("isolated", "in", { from: inner, to: inner, protocol, port })).toBe(true);
      }),
    );
  });

  it("let nothing out to the internet but HTTPS", () => {
    const port = fc.nat({ max: 65535 }).filter((each) => each !== 443);
    fc.assert(
      fc.property(
        fc.constantFrom<Tier>("public", "private", "isolated"),
        inside,
        outside,
        port,
        (tier, from, to, other) => {
          expect(acls.lets(tier, "out", tcp(from, to, other))).toBe(false);
          expect(acls.lets(tier, "out", { from, to, protocol: "udp", port: other })).toBe(false);
        },
      ),
    );
  });

  it.each([22, 3389])("have no rule that admits the world on port %i", (port) => {
    const open = prod.ofType(RULE).filter(({ inputs }) => inputs.cidrBlock === INTERNET && !inputs.egress);
    expect(open).not.toHaveLength(0);
    expect(
      open.filter(({ inputs }) => inputs.protocol === "-1" || (inputs.fromPort <= port && port <= inputs.toPort)),
    ).toEqual([]);
  });

  it("hold every subnet between them, and few enough rules", () => {
    const covered = prod.ofType("aws:ec2/networkAcl:NetworkAcl").flatMap(({ inputs }) => inputs.subnetIds as string[]);
    const { publicSubnetIds, privateSubnetIds, isolatedSubnetIds } = prod.contract as Record<string, string[]>;
    expect(covered.toSorted()).toEqual([...publicSubnetIds!, ...privateSubnetIds!, ...isolatedSubnetIds!].toSorted());
    for (const tier of ["public", "private", "isolated"] as const) {
      for (const side of ["in", "out"] as const) {
        expect(acls.rules(tier, side).length).toBeGreaterThan(0);
        // AWS's own limit counts the last rule, which refuses everything.
        expect(acls.rules(tier, side).length).toBeLessThan(20);
      }
    }
  });

  it("leave the VPC's default list empty, once every subnet has its own", () => {
    const { inputs, options } = prod.get("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "default");
    expect(inputs).toMatchObject({ ingress: [], egress: [] });
    const lists = ["public", "private", "isolated"].map((tier) => `aws:ec2/networkAcl:NetworkAcl::${tier}`);
    expect(options.dependencies).toEqual(expect.arrayContaining(lists));
  });
});
