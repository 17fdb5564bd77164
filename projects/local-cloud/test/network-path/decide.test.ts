import { decide } from "../../src/network-path/decide.ts";
import { readNetwork } from "../../src/network-path/network.ts";
import type { Destination, NetworkPlace, Verdict } from "../../src/network-path/place.ts";
import { ec2Service } from "../../src/services/ec2/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import { smallNetwork, type Part, type SmallNetwork } from "./small-network.ts";

const world = useRecordedAccount([ec2Service]);
let network: SmallNetwork;
beforeEach(async () => void (network = await smallNetwork(world.resources)));

const verdict = (from: NetworkPlace, to: Destination): Verdict | undefined =>
  decide(readNetwork(world.cloud.account), from, to);

/** What an application in a private subnet does, by name. */
const PATHS = {
  database: () => ({ kind: "place", place: network.place("database", "isolated"), port: 5433 }),
  kms: () => ({ kind: "aws-service", service: "kms" }),
  s3: () => ({ kind: "aws-service", service: "s3" }),
  "a service without endpoint": () => ({ kind: "aws-service", service: "elasticache" }),
  "the internet": () => ({ kind: "internet", name: "partner.example.edu", port: 443 }),
} as const satisfies Record<string, () => Destination>;
type Path = keyof typeof PATHS;
const take = (path: Path): Verdict | undefined => verdict(network.place("app", "private"), PATHS[path]());

const OUTWARD: readonly Path[] = ["a service without endpoint", "the internet"];
const EVERY = Object.keys(PATHS) as Path[];

const BREAKS: readonly (readonly [part: Part, paths: readonly Path[], missing: string | RegExp])[] = [
  ["rule app out to database", ["database"], /app \(sg-\w+\) has no egress rule for tcp 5433 to database \(sg-\w+\)/],
  [
    "rule database in from app",
    ["database"],
    /database \(sg-\w+\) has no ingress rule for tcp 5433 from app \(sg-\w+\)/,
  ],
  ["rule app out to endpoints", [], ""], // everywhere is admitted, and the endpoint is somewhere
  ["rule endpoints in from app", ["kms"], /endpoints \(sg-\w+\) has no ingress rule for tcp 443 from app/],
  ["rule app out to s3", [], ""],
  ["rule app out to everywhere", OUTWARD, "has no egress rule for tcp 443 to 0.0.0.0/0"],
  ["route of private to nat", OUTWARD, "has no route out of the VPC"],
  ["route of public to internet gateway", OUTWARD, "of the NAT gateway"],
  ["acl private out vpc", ["database"], "no egress entry for tcp 5433 to 10.40.2.0/24"],
  ["acl private in vpc", [], ""], // answers from everywhere are admitted
  ["acl private in answers from everywhere", ["s3", ...OUTWARD], "no ingress entry for answers on tcp 32768-60999"],
  ["acl private out 443 to everywhere", ["s3", ...OUTWARD], "no egress entry for tcp 443"],
  ["acl isolated in vpc", ["database", "kms"], "no ingress entry for tcp"],
  ["acl isolated out vpc", ["database", "kms"], "no egress entry for answers"],
  ["acl public in 443 from vpc", OUTWARD, "no ingress entry for tcp 443 from 10.40.1.0/24"],
  ["acl public in answers from everywhere", OUTWARD, "no ingress entry for answers on tcp 32768-60999 from 0.0.0.0/0"],
  ["acl public out 443 to everywhere", OUTWARD, "no egress entry for tcp 443 to 0.0.0.0/0"],
  ["acl public out answers to vpc", OUTWARD, "no egress entry for answers on tcp 32768-60999 to 10.40.1.0/24"],
];

describe("a connection in a network that is whole", () => {
  it.each([
    ["database", "app -> database tcp 5433"],
    ["kms", "app -> endpoints tcp 443"],
    ["s3", "app -> pl-63a5400a tcp 443"],
    ["a service without endpoint", "app -> 0.0.0.0/0 tcp 443"],
    ["the internet", "app -> 0.0.0.0/0 tcp 443"],
  ] as const)("to %s passes by the rules that are for it", (path, edge) => {
    expect(take(path)).toMatchObject({ allowed: true, edge });
  });

  it("to an AWS service passes the endpoint that is for it, with the endpoint's policy", () => {
    expect(take("kms")).toMatchObject({
      endpoint: { id: network.endpointIds.kms, type: "Interface", vpcId: network.vpcId },
    });
    expect(take("kms")).toHaveProperty("endpoint.policy", expect.stringContaining("kms:Decrypt"));
    expect(take("s3")).toMatchObject({ endpoint: { id: network.endpointIds.s3, type: "Gateway" } });
    expect(take("a service without endpoint")).not.toHaveProperty("endpoint");
  });
});

describe("a connection in a network without", () => {
  it.each(BREAKS)("%s fails for exactly these: %j", async (part, paths, missing) => {
    await network.remove(part);
    const refused = EVERY.filter((path) => take(path)?.allowed === false);
    expect(refused.toSorted()).toEqual([...paths].toSorted());
    for (const path of refused) expect(take(path)).toHaveProperty("reason", expect.stringMatching(missing));
  });
});

describe("a connection", () => {
  it("is refused in the other direction, on another port and for another group", () => {
    const app = network.place("app", "private");
    const database = network.place("database", "isolated");
    expect(verdict(database, { kind: "place", place: app, port: 5433 })).toMatchObject({ allowed: false });
    expect(verdict(app, { kind: "place", place: database, port: 5432 })).toMatchObject({ allowed: false });
    expect(verdict(network.place("job", "private"), PATHS.database())).toMatchObject({ allowed: false });
  });

  it("to S3 needs no rule for all addresses: the prefix list is enough", async () => {
    await network.remove("rule app out to everywhere");
    expect(take("s3")).toMatchObject({ allowed: true, edge: "app -> pl-63a5400a tcp 443" });
    await network.remove("rule app out to s3");
    expect(take("s3")).toHaveProperty("reason", expect.stringContaining("to prefix list pl-63a5400a"));
  });

  it("from an isolated subnet does not reach the internet, though its group may", () => {
    const inside = network.place("app", "isolated");
    expect(verdict(inside, PATHS["the internet"]())).toMatchObject({ allowed: false });
    expect(verdict(inside, PATHS.kms())).toMatchObject({ allowed: true });
  });

  it("of a thing without a group has the rules of the VPC's default group", async () => {
    const nameless = network.place(undefined, "private");
    const other = { kind: "place", place: network.place(undefined, "isolated"), port: 8443 } as const;
    expect(verdict(nameless, other)).toMatchObject({ allowed: true, edge: "default -> default tcp 8443" });
    await world.resources.create("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
      vpcId: network.vpcId,
      ingress: [],
      egress: [],
    });
    expect(verdict(nameless, other)).toMatchObject({ allowed: false });
  });

  it("is no concern of a network in which it does not take place", () => {
    const elsewhere = { name: "elsewhere", subnetIds: [], securityGroupIds: [] };
    expect(verdict(elsewhere, PATHS.database())).toBeUndefined();
  });
});
