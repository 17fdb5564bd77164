import { ec2Service } from "../../src/services/ec2/index.ts";
import type { MadeResource } from "../support/resources.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("the network", () => {
  const world = useRecordedAccount([ec2Service]);
  const make = (token: string, name: string, inputs: object) => world.resources.create(token, name, inputs);
  let vpc: MadeResource;
  beforeEach(async () => {
    vpc = await make(VPC, "main", { cidrBlock: "10.40.0.0/16" });
  });

  it("gives ids and ARNs their form, and the VPC its default resources", () => {
    expect(vpc.id).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(vpc.outputs).toMatchObject({
      arn: `arn:aws:ec2:us-east-1:000000000000:vpc/${vpc.id}`,
      enableDnsSupport: true,
    });
    expect(vpc.outputs.defaultSecurityGroupId).toMatch(/^sg-[0-9a-f]{17}$/);
  });

  it.each([
    ["a block with bits beyond its mask", { cidrBlock: "10.40.0.1/16" }, "canonical"],
    ["a block larger than /16", { cidrBlock: "10.0.0.0/8" }, "InvalidVpc.Range"],
    ["no block", {}, "MissingParameter"],
  ])("refuses a VPC with %s", async (_, inputs, reason) => {
    expect(await world.resources.failuresOf(VPC, inputs)).toMatchObject([
      { property: "cidrBlock", reason: expect.stringContaining(reason) },
    ]);
  });

  it.each([
    ["outside its VPC", { cidrBlock: "10.41.0.0/24" }, "InvalidSubnet.Range"],
    ["over another one", { cidrBlock: "10.40.0.0/25" }, "InvalidSubnet.Conflict"],
    [
      "in a zone that is not there",
      { cidrBlock: "10.40.1.0/24", availabilityZone: "us-east-1z" },
      "no zone us-east-1z",
    ],
    ["in a VPC that is not there", { cidrBlock: "10.40.1.0/24", vpcId: "vpc-0" }, "InvalidVpcID.NotFound"],
  ])("refuses a subnet %s", async (_, inputs, reason) => {
    await make(SUBNET, "first", { vpcId: vpc.id, cidrBlock: "10.40.0.0/24", availabilityZone: "us-east-1a" });
    await expect(make(SUBNET, "second", { vpcId: vpc.id, ...inputs })).rejects.toThrow(reason);
    expect(world.cloud.account.ofType(SUBNET)).toHaveLength(1);
  });

  it("lets a subnet change its tags without meeting itself", async () => {
    const subnet = await make(SUBNET, "one", {
      vpcId: vpc.id,
      cidrBlock: "10.40.0.0/24",
      availabilityZone: "us-east-1b",
    });
    const changed = await world.resources.update(subnet, { ...subnet.inputs, tags: { a: "b" } });
    expect(changed.outputs).toMatchObject({
      tagsAll: { a: "b" },
      availabilityZoneId: "use1-az2",
      arn: subnet.outputs.arn,
    });
  });

  it("keeps a VPC that is still in use", async () => {
    const subnet = await make(SUBNET, "one", { vpcId: vpc.id, cidrBlock: "10.40.0.0/24" });
    await expect(world.resources.remove(vpc)).rejects.toThrow("DependencyViolation");
    await world.resources.remove(subnet);
    await world.resources.remove(vpc);
    expect(world.cloud.account.all()).toEqual([]);
  });

  it("takes one internet gateway for a VPC, and one route to a destination", async () => {
    const gateway = await make("aws:ec2/internetGateway:InternetGateway", "one", { vpcId: vpc.id });
    await expect(make("aws:ec2/internetGateway:InternetGateway", "two", { vpcId: vpc.id })).rejects.toThrow(
      "already has an internet gateway",
    );
    const table = await make("aws:ec2/routeTable:RouteTable", "one", { vpcId: vpc.id });
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    await make("aws:ec2/route:Route", "one", route);
    await expect(make("aws:ec2/route:Route", "two", route)).rejects.toThrow("RouteAlreadyExists");
  });

  it("gives an endpoint what is in its VPC, and private names where the VPC has names", async () => {
    const other = await make(VPC, "other", { cidrBlock: "10.41.0.0/16", enableDnsHostnames: true });
    const far = await make(SUBNET, "far", { vpcId: other.id, cidrBlock: "10.41.0.0/24" });
    const near = await make(SUBNET, "near", { vpcId: vpc.id, cidrBlock: "10.40.0.0/24" });
    const endpoint = (name: string, inputs: object) =>
      make("aws:ec2/vpcEndpoint:VpcEndpoint", name, {
        serviceName: "com.amazonaws.us-east-1.kms",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        ...inputs,
      });
    await expect(endpoint("mixed", { vpcId: vpc.id, subnetIds: [far.id] })).rejects.toThrow("is not in the VPC");
    await expect(endpoint("nameless", { vpcId: vpc.id, subnetIds: [near.id] })).rejects.toThrow(
      "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames",
    );
    await endpoint("named", { vpcId: other.id, subnetIds: [far.id] });
  });

  describe("security groups", () => {
    let api: MadeResource;
    let database: MadeResource;
    beforeEach(async () => {
      api = await make(GROUP, "api", { name: "api", vpcId: vpc.id });
      database = await make(GROUP, "database", { name: "database", vpcId: vpc.id });
    });
    const fromApi = () => ({
      securityGroupId: database.id,
      referencedSecurityGroupId: api.id,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    });

    it("have names of their own in a VPC", async () => {
      await expect(make(GROUP, "again", { name: "api", vpcId: vpc.id })).rejects.toThrow("EntityAlreadyExists");
    });

    it("refuse the same rule twice, whatever its description says", async () => {
      await make(INGRESS, "one", fromApi());
      await expect(make(INGRESS, "two", { ...fromApi(), description: "again" })).rejects.toThrow(
        "InvalidPermission.Duplicate",
      );
      await make(INGRESS, "other-port", { ...fromApi(), fromPort: 5433, toPort: 5433 });
    });

    it.each([
      ["two sources", { cidrIpv4: "10.0.0.0/8" }, "exactly one"],
      ["a port range backwards", { fromPort: 6000 }, "port range"],
      ["ports for all protocols", { ipProtocol: "-1" }, "no ports"],
    ])("refuse a rule with %s", async (_, change, reason) => {
      const failures = await world.resources.failuresOf(INGRESS, { ...fromApi(), ...change });
      expect(failures).toContainEqual({ property: expect.any(String), reason: expect.stringContaining(reason) });
    });

    it("stay while another group refers to them", async () => {
      const rule = await make(INGRESS, "one", fromApi());
      await expect(world.resources.remove(api)).rejects.toThrow("DependencyViolation");
      await world.resources.remove(rule);
      await world.resources.remove(api);
    });
  });

  it("tries a flow log's bucket, and names the permission that is missing", async () => {
    const log = {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: "arn:aws:s3:::audit/flow",
    };
    await expect(make("aws:ec2/flowLog:FlowLog", "log", log)).rejects.toThrow('no bucket "audit"');
    await put("aws:s3/bucket:Bucket", "audit", { bucket: "audit" });
    await expect(make("aws:ec2/flowLog:FlowLog", "log", log)).rejects.toThrow(
      "delivery.logs.amazonaws.com is not authorized to perform: s3:GetBucketAcl",
    );
    const allow = (Action: string, Resource: string) => ({
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action,
      Resource,
    });
    const Statement = [allow("s3:PutObject", "arn:aws:s3:::audit/*"), allow("s3:GetBucketAcl", "arn:aws:s3:::audit")];
    await put("aws:s3/bucketPolicy:BucketPolicy", "audit-policy", {
      bucket: "audit",
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    expect((await make("aws:ec2/flowLog:FlowLog", "log", log)).id).toMatch(/^fl-/);
  });

  /** A resource of another service, as that service would have recorded it. */
  const put = (type: string, id: string, inputs: object) =>
    world.cloud.account.put({ urn: `urn:pulumi:local::test::${type}::${id}`, type, id, inputs, outputs: inputs }, []);
});
