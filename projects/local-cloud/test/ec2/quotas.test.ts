import { ec2Service } from "../../src/services/ec2/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import type { MadeResource } from "../support/resources.ts";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule";

describe("rules in a network", () => {
  const world = useRecordedAccount([ec2Service]);
  const make = (token: string, name: string, inputs: object) => world.resources.create(token, name, inputs);
  let vpc: MadeResource;
  let group: MadeResource;
  beforeEach(async () => {
    vpc = await make("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.40.0.0/16" });
    group = await make("aws:ec2/securityGroup:SecurityGroup", "api", { name: "api", vpcId: vpc.id });
  });
  const port = (number: number, more: object = {}) => ({
    securityGroupId: group.id,
    cidrIpv4: "10.40.0.0/16",
    ipProtocol: "tcp",
    fromPort: number,
    toPort: number,
    ...more,
  });

  it("of a group are sixty in each direction, and no more", async () => {
    for (let number = 1; number <= 60; number += 1) await make(INGRESS, `in-${number}`, port(number));
    await expect(make(INGRESS, "one-more", port(61))).rejects.toThrow(
      "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached",
    );
    await make(EGRESS, "out", port(61));
  });

  it("of a group are the same by a protocol's name and by its number", async () => {
    await make(INGRESS, "name", port(443));
    await expect(make(INGRESS, "number", port(443, { ipProtocol: "6" }))).rejects.toThrow(
      "InvalidPermission.Duplicate",
    );
    await make(INGRESS, "udp", port(443, { ipProtocol: "udp" }));
  });

  it("of a group refer to groups of the same VPC", async () => {
    const other = await make("aws:ec2/vpc:Vpc", "other", { cidrBlock: "10.41.0.0/16" });
    const far = await make("aws:ec2/securityGroup:SecurityGroup", "far", { name: "far", vpcId: other.id });
    const rule = port(443, { cidrIpv4: undefined, referencedSecurityGroupId: far.id });
    await expect(make(INGRESS, "far", rule)).rejects.toThrow("two resources that belong to different networks");
  });

  describe("of an access list", () => {
    let acl: MadeResource;
    beforeEach(async () => {
      acl = await make("aws:ec2/networkAcl:NetworkAcl", "private", { vpcId: vpc.id });
    });
    const entry = (ruleNumber: number, more: object = {}) => ({
      networkAclId: acl.id,
      ruleNumber,
      protocol: "tcp",
      ruleAction: "allow",
      cidrBlock: "10.40.0.0/16",
      fromPort: 443,
      toPort: 443,
      ...more,
    });

    it("are nineteen in each direction, for the deny at the end is the twentieth", async () => {
      for (let number = 1; number <= 19; number += 1) await make(ACL_RULE, `in-${number}`, entry(number));
      await expect(make(ACL_RULE, "one-more", entry(20))).rejects.toThrow("NetworkAclEntryLimitExceeded");
      await make(ACL_RULE, "out", entry(20, { egress: true }));
    });

    it.each([
      ["no block", { cidrBlock: undefined }, "cidrBlock"],
      ["two blocks", { ipv6CidrBlock: "::/0" }, "cidrBlock"],
      ["no port", { toPort: undefined }, "toPort"],
      ["a port that is none", { toPort: 65_536 }, "toPort"],
      ["ports backwards", { fromPort: 444 }, "toPort"],
      ["the number of the deny at the end", { ruleNumber: 32_767 }, "ruleNumber"],
    ])("are refused with %s", async (_, change, property) => {
      expect(await world.resources.failuresOf(ACL_RULE, entry(1, change))).toMatchObject([{ property }]);
    });
  });
});
