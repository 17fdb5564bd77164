import {
  allowancesForEverybody,
  fixtures,
  inventories,
  oversizedPolicies,
  policyGrammarFaults,
  recordStack,
  rolesWithoutBoundary,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
  type Recording,
} from "@records/testing";
import { subnetSpecs, withoutPublicAddresses } from "../src/vpc.ts";

const PROJECT = "projects/network";
const CONTRACTS = { security: fixtures.security };
const STACKS = ["local", "dev", "pr123", "staging", "prod"] as const;
type Stack = (typeof STACKS)[number];

let recordings: Record<Stack, Recording>;
let stack: Recording;
let prod: Recording;
beforeAll(async () => {
  const recorded = await Promise.all(
    STACKS.map(async (name) => [name, await recordStack(PROJECT, CONTRACTS, { stack: name })] as const),
  );
  recordings = Object.fromEntries(recorded) as Record<Stack, Recording>;
  ({ local: stack, prod } = recordings);
}, 120_000);

/** One answer for each kind of stack. */
const each = <T>(ask: (recording: Recording) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(recordings).map(([name, recording]) => [name, ask(recording)]));

describe("network stack", () => {
  it("declares and publishes what its inventory says", () => {
    const { now, pinned } = inventories(PROJECT, stack);
    expect(now).toEqual(pinned);
    expect(stack.contractIsSecret).toBe(false);
  });

  it.each(STACKS)("tags everything and names everything for its environment in %s", (name) => {
    expect(recordings[name].resources.length).toBeGreaterThan(60);
    expect(wronglyTagged(recordings[name])).toEqual([]);
    expect(unsuffixedNames(recordings[name], name)).toEqual([]);
  });

  it("allows nobody everything", () => {
    expect(wildcardAllowances(prod)).toEqual([]);
    expect(allowancesForEverybody(prod)).toEqual([]);
    expect(rolesWithoutBoundary(prod)).toEqual([]);
    expect(oversizedPolicies(prod)).toEqual([]);
  });

  it.each(STACKS)("names only actions, condition keys and resources that AWS knows in %s", (name) => {
    expect(policyGrammarFaults(recordings[name])).toEqual([]);
  });

  it("has one role, and it belongs to flow logs", () => {
    expect(prod.ofType("aws:iam/role:Role").map(({ inputs }) => inputs.name)).toEqual(["srs-prod-flow-logs"]);
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
  const vpc = (recording: Recording) => recording.get("awsx:ec2:Vpc", "network");

  it("has addresses, zones and ways out as the environment's sizes say", () => {
    expect(
      each((recording) => {
        const { cidrBlock, availabilityZoneNames, natGateways } = vpc(recording).inputs;
        return [cidrBlock, natGateways.strategy, ...availabilityZoneNames];
      }),
    ).toEqual({
      local: ["10.40.0.0/16", "Single", "us-east-1a", "us-east-1b"],
      dev: ["10.41.0.0/16", "Single", "us-east-1a", "us-east-1b"],
      pr123: ["10.41.0.0/16", "Single", "us-east-1a", "us-east-1b"],
      staging: ["10.42.0.0/16", "Single", "us-east-1a", "us-east-1b", "us-east-1d"],
      prod: ["10.43.0.0/16", "OnePerAz", "us-east-1a", "us-east-1b", "us-east-1d"],
    });
  });

  it("asks for zones by id, and never for the one where a VPC link cannot live", () => {
    const asked = prod.calls.filter(({ token }) => token.endsWith("getAvailabilityZones"));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.inputs.filters).toEqual([{ name: "zone-id", values: ["use1-az1", "use1-az2", "use1-az4"] }]);
  });

  it("resolves names, measures its addresses, and leaves endpoints to us", () => {
    expect(vpc(prod).inputs).toMatchObject({
      enableDnsHostnames: true,
      enableDnsSupport: true,
      enableNetworkAddressUsageMetrics: true,
      subnetStrategy: "Auto",
      vpcEndpointStrategy: "Auto",
    });
    expect(vpc(prod).inputs.vpcEndpointSpecs ?? []).toEqual([]);
    expect(vpc(prod).inputs).not.toHaveProperty("numberOfAvailabilityZones");
  });

  it("gives every subnet an explicit size, and names what is left over", () => {
    const specs = vpc(stack).inputs.subnetSpecs as { type: string; cidrMask: number }[];
    expect(specs.filter(({ type }) => type !== "Unused").map(({ type, cidrMask }) => `${type} /${cidrMask}`)).toEqual([
      "Private /20",
      "Isolated /22",
      "Public /24",
    ]);
    expect(specs.reduce((sum, { cidrMask }) => sum + 2 ** (32 - cidrMask), 0)).toBe(2 ** 15);
    expect(subnetSpecs("10.43.0.0/16", 3).filter(({ cidrMask }) => cidrMask === undefined)).toEqual([]);
  });

  it("hands no public address to what starts in a subnet, whatever its maker asked for", () => {
    const asked = { cidrBlock: "10.40.0.0/24", mapPublicIpOnLaunch: true };
    expect(withoutPublicAddresses("aws:ec2/subnet:Subnet", asked)).toEqual({ ...asked, mapPublicIpOnLaunch: false });
    expect(withoutPublicAddresses("aws:ec2/vpc:Vpc", asked)).toBeUndefined();
  });

  it("is kept by the engine where it must not go by accident, and leaves with a pull request", () => {
    expect(each((recording) => vpc(recording).options.protect)).toEqual({
      local: false,
      dev: true,
      pr123: false,
      staging: true,
      prod: true,
    });
  });
});

describe("the account's block of public access", () => {
  const BLOCK = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";

  it("stops everybody who comes in, where the account has one long-lived environment that says so", () => {
    expect(each((recording) => recording.ofType(BLOCK).map(({ inputs }) => inputs))).toEqual({
      local: [],
      dev: [],
      pr123: [],
      staging: [{ internetGatewayBlockMode: "block-ingress" }],
      prod: [{ internetGatewayBlockMode: "block-ingress" }],
    });
  });

  it("is all that the network has of what an account has once, and a pull request's stack has none of it", () => {
    const declared = each((recording) => recording.counts());
    expect(Object.keys(declared.prod!).filter((type) => ONCE_PER_ACCOUNT.test(type))).toEqual([BLOCK]);
    expect(Object.keys(declared.pr123!).filter((type) => ONCE_PER_ACCOUNT.test(type))).toEqual([]);
  });
});

describe("contract", () => {
  it("gives subnets in the order of the zones, as many of each kind as there are zones", () => {
    for (const { contract } of Object.values(recordings)) {
      for (const tier of ["publicSubnetIds", "privateSubnetIds", "isolatedSubnetIds"]) {
        expect(contract[tier]).toHaveLength(contract.availabilityZones.length);
        expect(new Set(contract[tier]).size).toBe(contract.availabilityZones.length);
      }
    }
  });

  it("gives the network's own addresses and ids", () => {
    expect(prod.contract).toMatchObject({ vpcCidr: "10.43.0.0/16", vpcId: expect.stringMatching(/^vpc-/) as string });
    expect(prod.contract.s3PrefixListId).toMatch(/^pl-/);
  });

  it("has the same fields in every environment but for the endpoints, and one version", () => {
    const fields = ({ contract }: Recording) => Object.keys(contract as object).toSorted();
    for (const recording of Object.values(recordings)) {
      expect(fields(recording)).toEqual(fields(stack));
      expect(recording.contractVersion).toBe(1);
    }
  });
});

/** What an account has one of: a second stack in it would change the first one's. */
const ONCE_PER_ACCOUNT =
  /:(OpenIdConnectProvider|AccountPublicAccessBlock|EncryptionByDefault|AccountPasswordPolicy|ImageBlockPublicAccess|SnapshotBlockPublicAccess|Recorder|DeliveryChannel|RecorderStatus|ConformancePack|Rule|Detector|DetectorFeature|PublishingDestination|Account|StandardsSubscription|Analyzer|Enabler|RegistryScanningConfiguration|AccountSettingDefault|VpcBlockPublicAccessOptions|EncryptionConfig|Trail)$/;
