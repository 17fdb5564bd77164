import {
  allowancesForEverybody,
  fixtures,
  inventories,
  oversizedPolicies,
  recordStack,
  rolesWithoutBoundary,
  statements,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
  type Recording,
} from "@records/testing";
import { EDGES, GROUPS } from "../src/reachability.ts";

const PROJECT = "projects/network";
const CONTRACTS = { security: fixtures.security };
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
let stack: Recording;
let prod: Recording;
beforeAll(async () => {
  [stack, prod] = await Promise.all([
    recordStack(PROJECT, CONTRACTS),
    recordStack(PROJECT, CONTRACTS, { stack: "prod" }),
  ]);
}, 60_000);

/** Group id to group name, from the contract. */
const nameOf = (recording: Recording, id: string): string => {
  const [name] =
    Object.entries(recording.contract.securityGroupIds as Record<string, string>).find(([, value]) => value === id) ??
    [];
  return (name ?? id).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
};

describe("network stack", () => {
  it("declares and publishes what its inventory says", () => {
    const { now, pinned } = inventories(PROJECT, stack);
    expect(now).toEqual(pinned);
    expect(stack.contractIsSecret).toBe(false);
  });

  it("tags everything, names everything for its environment, and allows nobody everything", () => {
    expect(stack.resources.length).toBeGreaterThan(60);
    expect(wronglyTagged(stack)).toEqual([]);
    expect(unsuffixedNames(stack, "local")).toEqual([]);
    expect(wildcardAllowances(prod)).toEqual([]);
    expect(allowancesForEverybody(prod)).toEqual([]);
    expect(rolesWithoutBoundary(stack)).toEqual([]);
    expect(oversizedPolicies(prod)).toEqual([]);
  });

  it("says which stack to deploy first when there is no contract to build on", async () => {
    await expect(recordStack(PROJECT)).rejects.toThrow("Deploy srs-security first");
  }, 30_000);

  it("refuses a contract with a hole in it, and names the hole", async () => {
    const { permissionBoundaryArn: _, ...rest } = fixtures.security;
    await expect(recordStack(PROJECT, { security: rest })).rejects.toThrow(
      "srs-security publishes no usable contract: contract has no permissionBoundaryArn",
    );
  }, 30_000);
});

describe("VPC", () => {
  it("spans the zones of its environment, by name, without the zone where a VPC link cannot live", () => {
    expect(stack.contract.availabilityZones).toEqual(["us-east-1a", "us-east-1b"]);
    expect(prod.contract.availabilityZones).toEqual(["us-east-1a", "us-east-1b", "us-east-1d"]);
    const [vpc] = prod.ofType("awsx:ec2:Vpc");
    expect(vpc?.inputs).toMatchObject({
      cidrBlock: "10.43.0.0/16",
      natGateways: { strategy: "OnePerAz" },
      subnetStrategy: "Auto",
    });
    expect(vpc?.options.protect).toBe(true);
  });

  it("gives every subnet an explicit size, and names what is left over", () => {
    const specs = stack.ofType("awsx:ec2:Vpc")[0]?.inputs.subnetSpecs as { type: string; cidrMask: number }[];
    expect(specs.filter(({ type }) => type !== "Unused").map(({ type, cidrMask }) => `${type} /${cidrMask}`)).toEqual([
      "Private /20",
      "Isolated /22",
      "Public /24",
    ]);
    expect(specs.reduce((sum, { cidrMask }) => sum + 2 ** (32 - cidrMask), 0)).toBe(2 ** 15);
  });
});

describe("reachability", () => {
  it("opens exactly the edges of the table, each on both sides", () => {
    const seen = stack.ofType(EGRESS).map(({ inputs }) => {
      const to = inputs.referencedSecurityGroupId
        ? nameOf(stack, inputs.referencedSecurityGroupId)
        : inputs.prefixListId
          ? "s3-prefix-list"
          : "internet";
      expect(inputs.fromPort).toBe(inputs.toPort);
      return `${nameOf(stack, inputs.securityGroupId)} -> ${to}:${inputs.fromPort}`;
    });
    const table = EDGES.map(({ from, to, port }) => `${from} -> ${to}:${port}`);
    expect(seen.toSorted()).toEqual(table.toSorted());
    const inward = stack
      .ofType(INGRESS)
      .map(
        ({ inputs }) =>
          `${nameOf(stack, inputs.referencedSecurityGroupId)} -> ${nameOf(stack, inputs.securityGroupId)}:${inputs.fromPort}`,
      );
    expect(inward.toSorted()).toEqual(table.filter((edge) => !/-> (s3-prefix-list|internet)/.test(edge)).toSorted());
  });

  it("lets nobody in by address, and out by address only to port 443", () => {
    const ingress = stack.ofType(INGRESS);
    expect(ingress).not.toHaveLength(0);
    expect(ingress.filter(({ inputs }) => inputs.cidrIpv4 ?? inputs.cidrIpv6 ?? inputs.prefixListId)).toEqual([]);
    const byAddress = stack.ofType(EGRESS).filter(({ inputs }) => inputs.cidrIpv4 ?? inputs.cidrIpv6);
    expect(byAddress.map(({ name }) => name)).toEqual([
      "api-task-to-internet-443",
      "consumer-to-internet-443",
      "rotation-to-internet-443",
    ]);
  });

  it("keeps rules out of the groups themselves, and the default group empty", () => {
    const groups = stack.ofType("aws:ec2/securityGroup:SecurityGroup");
    expect(groups).toHaveLength(GROUPS.length);
    expect(groups.filter(({ inputs }) => "ingress" in inputs || "egress" in inputs)).toEqual([]);
    expect(stack.get("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default").inputs).toMatchObject({
      ingress: [],
      egress: [],
    });
  });

  it("has no path from a consumer to the database but through the proxy, and none out of what is isolated", () => {
    expect(EDGES.filter(({ from, to }) => from === "consumer" && to === "database")).toEqual([]);
    expect(EDGES.filter(({ to }) => to === "database").map(({ from }) => from)).toEqual([
      "db-proxy",
      "migration",
      "rotation",
    ]);
    expect(EDGES.filter(({ from }) => ["database", "cache", "efs", "endpoints"].includes(from))).toEqual([]);
  });
});

describe("endpoints", () => {
  const interfaces = (recording: Recording) =>
    recording.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Interface");

  it("are as many as the environment needs, inside, with private names", () => {
    expect(interfaces(stack)).toEqual([]);
    expect(interfaces(prod)).toHaveLength(16);
    expect(interfaces(prod).filter(({ inputs }) => inputs.privateDnsEnabled !== true || !inputs.policy)).toEqual([]);
    expect(prod.contract.endpointIds).toHaveProperty("secretsmanager");
  });

  it("serve our principals on our resources, the layers of images aside", () => {
    const allowed = statements(prod).filter(({ resource }) => resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    const foreign = allowed.filter(
      ({ Condition }) => !JSON.stringify(Condition ?? {}).includes("aws:PrincipalAccount"),
    );
    expect(allowed.length).toBeGreaterThan(16);
    expect([...new Set(foreign.map(({ Sid }) => Sid))].toSorted()).toEqual(["ImageLayers", "ThreatDetectionAgent"]);
  });

  it("reach S3 from private and isolated subnets, not from public ones", () => {
    const { routeTableIds } = stack.get("aws:ec2/vpcEndpoint:VpcEndpoint", "s3").inputs;
    expect(routeTableIds).toHaveLength(4);
    expect(routeTableIds.filter((id: string) => id.includes("public"))).toEqual([]);
  });
});

describe("access lists", () => {
  it("open neither remote shells nor remote desktops to the world", () => {
    const rules = stack.ofType("aws:ec2/networkAclRule:NetworkAclRule");
    const open = rules.filter(({ inputs }) => inputs.cidrBlock === "0.0.0.0/0" && !inputs.egress);
    expect(open).not.toHaveLength(0);
    for (const port of [22, 3389]) {
      expect(open.filter(({ inputs }) => inputs.fromPort <= port && port <= inputs.toPort)).toEqual([]);
    }
  });

  it("keep isolated subnets to the network itself", () => {
    const isolated = stack
      .ofType("aws:ec2/networkAclRule:NetworkAclRule")
      .filter(({ name }) => name.startsWith("isolated"));
    expect(isolated).toHaveLength(2);
    expect(isolated.filter(({ inputs }) => inputs.cidrBlock !== "10.40.0.0/16")).toEqual([]);
  });

  it("leave the default list empty", () => {
    const { inputs } = stack.get("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "default");
    expect(inputs.ingresses ?? inputs.ingress ?? []).toEqual([]);
    expect(inputs.egresses ?? inputs.egress ?? []).toEqual([]);
  });
});

describe("flow logs", () => {
  it("go to the audit store for good and to an encrypted log group for the days after", () => {
    expect(stack.get("aws:ec2/flowLog:FlowLog", "to-audit-store").inputs).toMatchObject({
      logDestinationType: "s3",
      trafficType: "ALL",
      destinationOptions: { fileFormat: "parquet" },
    });
    expect(stack.get("aws:ec2/flowLog:FlowLog", "to-log-group").options.dependencies).toContain(
      "aws:iam/rolePolicy:RolePolicy::flow-logs",
    );
    expect(stack.get("aws:cloudwatch/logGroup:LogGroup", "flow-logs").inputs).toMatchObject({
      kmsKeyId: fixtures.security.kmsKeyArns.logs,
      retentionInDays: 1,
    });
  });
});
