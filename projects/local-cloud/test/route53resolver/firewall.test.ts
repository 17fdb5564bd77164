import { route53resolverService } from "../../src/services/route53resolver/index.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import type { MadeResource } from "../support/resources.ts";

const type = (name: string) => `aws:route53/resolver${name}:Resolver${name}`;
const GROUP = type("FirewallRuleGroup");
const LIST = type("FirewallDomainList");
const RULE = type("FirewallRule");
const ASSOCIATION = type("FirewallRuleGroupAssociation");
const CONFIG = type("FirewallConfig");

describe("the DNS firewall", () => {
  const world = useRecordedAccount([route53resolverService]);
  const create = (token: string, name: string, inputs: object) =>
    world.resources.create(token, name, { name, ...inputs });
  let group: MadeResource;
  let list: MadeResource;
  beforeEach(async () => {
    await put(world.cloud, "aws:ec2/vpc:Vpc", "vpc-1", { cidrBlock: "10.40.0.0/16" });
    group = await create(GROUP, "egress", {});
    list = await create(LIST, "allowed", { domains: ["*.amazonaws.com", "partner.example"] });
  });
  const rule = (name: string, priority: number, more: object = {}) =>
    create(RULE, name, {
      firewallRuleGroupId: group.id,
      firewallDomainListId: list.id,
      action: "ALLOW",
      priority,
      ...more,
    });
  const associate = (name: string, more: object = {}) =>
    create(ASSOCIATION, name, { firewallRuleGroupId: group.id, vpcId: "vpc-1", priority: 101, ...more });

  it("gives ids and ARNs their form", async () => {
    expect(group.id).toMatch(/^rslvr-frg-[0-9a-f]{16}$/);
    expect(group.outputs).toMatchObject({
      arn: `arn:aws:route53resolver:us-east-1:000000000000:firewall-rule-group/${group.id}`,
      ownerId: "000000000000",
      shareStatus: "NOT_SHARED",
    });
    expect(list.id).toMatch(/^rslvr-fdl-[0-9a-f]{16}$/);
    expect(list.outputs.arn).toBe(`arn:aws:route53resolver:us-east-1:000000000000:firewall-domain-list/${list.id}`);
    expect(await rule("allow", 100)).toMatchObject({
      id: `${group.id}:${list.id}`,
      outputs: { firewallThreatProtectionId: null },
    });
    const association = await associate("main");
    expect(association.id).toMatch(/^rslvr-frgassoc-[0-9a-f]{16}$/);
    const config = await world.resources.create(CONFIG, "vpc", { resourceId: "vpc-1", firewallFailOpen: "DISABLED" });
    expect(config.id).toMatch(/^rdsc-[0-9a-f]{16}$/);
    expect(config.outputs.ownerId).toBe("000000000000");
  });

  it("gives each rule of a group a priority of its own", async () => {
    const allowed = await rule("allow", 100);
    const all = await create(LIST, "all", { domains: ["*"] });
    const block = { firewallDomainListId: all.id, action: "BLOCK", blockResponse: "NXDOMAIN" };
    await expect(rule("block", 100, block)).rejects.toThrow("ConflictException: The priority 100 is taken");
    await rule("block", 200, block);
    await world.resources.update(allowed, { ...allowed.inputs, priority: 110 });
    await expect(world.resources.update(allowed, { ...allowed.inputs, priority: 200 })).rejects.toThrow(
      "ConflictException",
    );
    await expect(rule("again", 300)).rejects.toThrow("EntityAlreadyExists");
  });

  it("keeps what is in use", async () => {
    const allowed = await rule("allow", 100);
    const association = await associate("main", { mutationProtection: "ENABLED" });
    await expect(world.resources.remove(list)).rejects.toThrow("ConflictException");
    await expect(world.resources.remove(group)).rejects.toThrow("ConflictException");
    await expect(world.resources.remove(association)).rejects.toThrow("mutation protection");
    const free = await world.resources.update(association, { ...association.inputs, mutationProtection: "DISABLED" });
    for (const resource of [free, allowed, list, group]) await world.resources.remove(resource);
  });

  it("refuses rules and associations of what is not there", async () => {
    await expect(rule("a", 1, { firewallRuleGroupId: "rslvr-frg-0" })).rejects.toThrow("ResourceNotFoundException");
    await expect(rule("a", 1, { firewallDomainListId: "rslvr-fdl-0" })).rejects.toThrow("ResourceNotFoundException");
    await expect(associate("a", { vpcId: "vpc-0" })).rejects.toThrow("ResourceNotFoundException");
  });

  it("gives each group of a VPC a priority of its own, and one configuration to the VPC", async () => {
    await associate("main");
    const second = await create(GROUP, "second", {});
    await expect(associate("second", { firewallRuleGroupId: second.id })).rejects.toThrow("The priority 101 is taken");
    await associate("second", { firewallRuleGroupId: second.id, priority: 102 });
    await world.resources.create(CONFIG, "one", { resourceId: "vpc-1" });
    await expect(world.resources.create(CONFIG, "two", { resourceId: "vpc-1" })).rejects.toThrow("EntityAlreadyExists");
  });

  const base = { name: "a", firewallRuleGroupId: "g", firewallDomainListId: "l", priority: 100, action: "BLOCK" };
  it.each([
    ["a blocking rule without an answer", RULE, base, "blockResponse"],
    ["an allowing rule with one", RULE, { ...base, action: "ALLOW", blockResponse: "NODATA" }, "blockResponse"],
    ["an answer that is none", RULE, { ...base, blockResponse: "REFUSED" }, "blockResponse"],
    [
      "an override of another answer",
      RULE,
      { ...base, blockResponse: "NODATA", blockOverrideTtl: 60 },
      "blockOverrideTtl",
    ],
    [
      "no domains and no threat",
      RULE,
      { ...base, blockResponse: "NODATA", firewallDomainListId: undefined },
      "firewallDomainListId",
    ],
    [
      "a redirection that is none",
      RULE,
      { ...base, blockResponse: "NODATA", firewallDomainRedirectionAction: "TRUST" },
      "firewallDomainRedirectionAction",
    ],
    ["a priority of nothing", RULE, { ...base, blockResponse: "NODATA", priority: 0 }, "priority"],
    [
      "the lowest priority, which is AWS's",
      ASSOCIATION,
      { name: "a", firewallRuleGroupId: "g", vpcId: "v", priority: 100 },
      "priority",
    ],
    [
      "the highest priority, which is AWS's",
      ASSOCIATION,
      { name: "a", firewallRuleGroupId: "g", vpcId: "v", priority: 9_900 },
      "priority",
    ],
    ["an asterisk in the middle", LIST, { name: "a", domains: ["api.*.example"] }, "domains"],
    ["a scheme before a domain", LIST, { name: "a", domains: ["https://example.com"] }, "domains"],
    ["a domain twice", LIST, { name: "a", domains: ["example.com", "example.com"] }, "domains"],
    [
      "a thousand domains and one",
      LIST,
      { name: "a", domains: Array.from({ length: 1_001 }, (_, i) => `a${i}.example`) },
      "domains",
    ],
    ["a name of digits", GROUP, { name: "123" }, "name"],
    ["a name with a dot", GROUP, { name: "a.b" }, "name"],
    ["a failure mode that is none", CONFIG, { resourceId: "vpc-1", firewallFailOpen: "OPEN" }, "firewallFailOpen"],
  ])("refuses %s", async (_, token, inputs, property) => {
    const failures = await world.resources.failuresOf(token, inputs);
    expect(failures).toMatchObject([{ property, reason: expect.stringMatching(/ValidationException|LimitExceeded/) }]);
  });
});
