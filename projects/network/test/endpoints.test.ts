import type { NetworkContract } from "@records/contracts";
import { evaluate, grammarFaults, parsePolicy, type PolicyDocument } from "@records/iam";
import { fixtures, recordStack, statements, type Recording, type RecordedResource } from "@records/testing";
import { ALL_SERVICES, CORE_SERVICES } from "./specification.ts";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const ACCOUNT_ID = "000000000000";
const STACKS = ["local", "dev", "staging", "prod"] as const;
let recordings: Record<(typeof STACKS)[number], Recording>;
let prod: Recording;
beforeAll(async () => {
  const own = { "aws:allowedAccountIds": JSON.stringify([ACCOUNT_ID]) };
  const recorded = STACKS.map(
    async (stack) =>
      [stack, await recordStack("projects/network", { security: fixtures.security }, { stack, config: own })] as const,
  );
  recordings = Object.fromEntries(await Promise.all(recorded)) as typeof recordings;
  ({ prod } = recordings);
}, 120_000);

const interfaces = (recording: Recording) =>
  recording.ofType(ENDPOINT).filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
const serviceOf = ({ inputs }: RecordedResource) => String(inputs.serviceName).replace("com.amazonaws.us-east-1.", "");

describe("interface endpoints", () => {
  it.each([
    ["local", ALL_SERVICES],
    ["dev", CORE_SERVICES],
    ["staging", ALL_SERVICES],
    ["prod", ALL_SERVICES],
  ] as const)("are those that %s needs, published by service", (stack, services) => {
    const recording = recordings[stack];
    expect(interfaces(recording).map(serviceOf).toSorted()).toEqual([...services].toSorted());
    expect(Object.keys(recording.contract.endpointIds as object).toSorted()).toEqual(
      ["s3", ...services.map((service) => service.replaceAll(".", "-"))].toSorted(),
    );
  });

  it("stand once in each zone, inside, behind their own group, and answer to the services' usual names", () => {
    const { isolatedSubnetIds, securityGroupIds, vpcId } = prod.contract as NetworkContract;
    for (const { inputs } of interfaces(prod)) {
      expect(inputs).toMatchObject({
        vpcId,
        subnetIds: isolatedSubnetIds,
        securityGroupIds: [securityGroupIds.endpoints],
        privateDnsEnabled: true,
      });
    }
  });
});

describe("the S3 gateway", () => {
  it.each(STACKS)("serves private and isolated subnets in %s, not public ones", (stack) => {
    const { inputs } = recordings[stack].get(ENDPOINT, "s3");
    const zones = recordings[stack].contract.availabilityZones.length as number;
    expect(inputs).toMatchObject({ serviceName: "com.amazonaws.us-east-1.s3", vpcEndpointType: "Gateway" });
    expect(new Set(inputs.routeTableIds).size).toBe(2 * zones);
    expect(inputs.routeTableIds.filter((id: string) => id.includes("public"))).toEqual([]);
  });
});

describe("endpoint policies", () => {
  const documents = (): readonly [string, PolicyDocument][] =>
    prod.ofType(ENDPOINT).map(({ name, inputs }) => [name, parsePolicy(inputs.policy as string)]);
  const ofEndpoints = () => statements(prod).filter(({ resource }) => resource.type === ENDPOINT);
  const OURS = `arn:aws:iam::${ACCOUNT_ID}:role/srs-prod-api-task`;
  const STRANGER = "arn:aws:iam::999999999999:role/srs-prod-api-task";
  const lets = (document: PolicyDocument, caller: string, action: string, resource: string, owner: string) =>
    evaluate(
      { principal: { kind: "role", arn: caller }, action, resource, context: { "aws:ResourceAccount": owner } },
      { identity: [], resource: { name: "endpoint", document }, resourceKind: "other" },
    ).allowed;

  it("are ones that AWS takes", () => {
    expect(documents()).toHaveLength(ALL_SERVICES.length + 1);
    for (const [name, document] of documents()) {
      expect([name, grammarFaults(document, "resource")]).toEqual([name, []]);
      expect(JSON.stringify(document).length).toBeLessThan(20_480);
    }
  });

  it("name every action, and only actions of the service behind the endpoint", () => {
    const prefixes: Record<string, string> = {
      "ecr-api": "ecr",
      "ecr-dkr": "ecr",
      "kinesis-streams": "kinesis",
      monitoring: "cloudwatch",
    };
    for (const { actions, resource } of ofEndpoints()) {
      const prefix = prefixes[resource.name] ?? resource.name;
      expect(actions.filter((action) => !new RegExp(`^${prefix}:[A-Z][A-Za-z]+$`).test(action))).toEqual([]);
    }
  });

  it("let nobody else in, and let us reach nobody else's", () => {
    let asked = 0;
    for (const { Sid, actions, resource } of ofEndpoints()) {
      if (Sid !== "OursOnOurs") continue;
      const document = parsePolicy(resource.inputs.policy as string);
      for (const action of actions) {
        asked += 1;
        const thing = `arn:aws:${action.split(":")[0]}:us-east-1:${ACCOUNT_ID}:thing`;
        expect([action, lets(document, OURS, action, thing, ACCOUNT_ID)]).toEqual([action, true]);
        expect([action, lets(document, STRANGER, action, thing, ACCOUNT_ID)]).toEqual([action, false]);
        expect([action, lets(document, OURS, action, thing, "999999999999")]).toEqual([action, false]);
      }
    }
    expect(asked).toBeGreaterThan(25);
  });

  it("leave the owner unasked only where an action works on nothing that has one", () => {
    const unasked = ofEndpoints().filter(({ Sid }) => Sid === "OursWithoutResource");
    for (const { Condition } of unasked)
      expect(Condition).toEqual({ StringEquals: { "aws:PrincipalAccount": ACCOUNT_ID } });
    expect(unasked.flatMap(({ actions }) => actions).toSorted()).toEqual(WITHOUT_RESOURCE);
  });

  it("admit two things of AWS's own, without which no task starts: image layers and the threat detector's agent", () => {
    const others = ofEndpoints().filter(({ Sid }) => !Sid?.startsWith("Ours"));
    expect(others.map(({ resource, Sid, Resource }) => [resource.name, Sid, Resource]).toSorted()).toEqual([
      ["ecr-api", "ThreatDetectionAgent", "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate"],
      ["ecr-dkr", "ThreatDetectionAgent", "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate"],
      ["s3", "ImageLayers", "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"],
    ]);
    const agent = others.filter(({ Sid }) => Sid === "ThreatDetectionAgent");
    for (const { Condition } of agent)
      expect(Condition).toEqual({ StringEquals: { "aws:PrincipalAccount": ACCOUNT_ID } });
    expect(others.find(({ Sid }) => Sid === "ImageLayers")?.actions).toEqual(["s3:GetObject"]);
  });
});

/** Actions without a required resource type: Service Authorization Reference. */
const WITHOUT_RESOURCE = [
  "cloudwatch:PutMetricData",
  "ec2:DescribeNetworkInterfaces",
  "ecr:GetAuthorizationToken",
  "secretsmanager:GetRandomPassword",
  "sts:GetCallerIdentity",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];
