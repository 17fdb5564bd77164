import fc from "fast-check";
import { recordStack, type Recording } from "@records/testing";
import { atLeast } from "../src/content-length.ts";
import { firewallRules, requestsByKey } from "../src/firewall-rules.ts";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many shapes: the recording leaves them to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

describe("a number of at least so much, as a regular expression", () => {
  const numbers = fc.record({ minimum: fc.nat(99_999_999).map((n) => n + 1), offset: fc.integer() });

  it("matches the number and what is above, and nothing below", () => {
    fc.assert(
      fc.property(numbers, ({ minimum, offset }) => {
        const pattern = new RegExp(atLeast(minimum));
        const other = Math.max(0, minimum + (offset % minimum));
        expect([pattern.test(String(minimum)), pattern.test(String(minimum - 1))]).toEqual([true, false]);
        expect(pattern.test(String(other))).toBe(other >= minimum);
        expect(pattern.test(`000${other}`)).toBe(other >= minimum);
        expect(pattern.test(String(minimum * 1000))).toBe(true);
      }),
    );
  });

  it.each(["", "-1", "1050000a", "1e9", " 1050000"])("matches no text that is no number: %j", (text) => {
    expect(new RegExp(atLeast(1_050_000)).test(text)).toBe(false);
  });

  it("fits what the firewall takes", () => {
    fc.assert(fc.property(fc.nat(1_000_000_000), (n) => expect(atLeast(n + 1).length).toBeLessThanOrEqual(512)));
  });
});

describe("the rate by key", () => {
  it("is above what any usage plan admits, and never below 90,000 in five minutes", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (ratePerSecond) => {
        expect(requestsByKey(ratePerSecond)).toBeGreaterThanOrEqual(90_000);
        expect(requestsByKey(ratePerSecond)).toBeGreaterThanOrEqual(ratePerSecond * 300);
      }),
    );
    expect(requestsByKey(250)).toBe(90_000);
  });
});

describe("rules of the firewall", () => {
  const rules = firewallRules({ blockedSetArn: "arn:aws:wafv2:::ipset", ratePerSecondMax: 250 }) as any[];
  const rule = (name: string) => rules.find((each) => each.name === name);

  it("are asked in the order of the list, each under its own number", () => {
    expect(rules.map(({ priority, name }) => [priority, name])).toEqual([
      [0, "blocked-addresses"],
      [1, "rate-by-address"],
      [2, "rate-by-key"],
      [3, "AWSManagedRulesAmazonIpReputationList"],
      [4, "AWSManagedRulesKnownBadInputsRuleSet"],
      [5, "AWSManagedRulesSQLiRuleSet"],
      [6, "AWSManagedRulesCommonRuleSet"],
      [7, "body-length"],
    ]);
  });

  it("block by themselves, and leave groups of AWS's their own actions", () => {
    for (const { name, statement, action, overrideAction } of rules) {
      const managed = statement.managedRuleGroupStatement !== undefined;
      expect([name, action, overrideAction]).toEqual([
        name,
        ...(managed ? [undefined, { none: {} }] : [{ block: {} }, undefined]),
      ]);
    }
  });

  it("count requests without a key by address, and all others by their key", () => {
    const byAddress = rule("rate-by-address").statement.rateBasedStatement;
    expect(byAddress).toMatchObject({ aggregateKeyType: "IP", limit: 2000, evaluationWindowSec: 300 });
    expect(byAddress.scopeDownStatement.notStatement.statement.sizeConstraintStatement).toMatchObject({
      fieldToMatch: { singleHeader: { name: "x-api-key" } },
      comparisonOperator: "GT",
      size: 0,
    });
    expect(rule("rate-by-key").statement.rateBasedStatement).toMatchObject({
      aggregateKeyType: "CUSTOM_KEYS",
      customKeys: [{ header: { name: "x-api-key" } }],
      limit: 90_000,
      evaluationWindowSec: 300,
    });
  });

  it("only count bodies above 8 KB, which the common group would block on every path", () => {
    expect(rule("AWSManagedRulesCommonRuleSet").statement.managedRuleGroupStatement.ruleActionOverrides).toEqual([
      { name: "SizeRestrictions_BODY", actionToUse: { count: {} } },
    ]);
    const overridden = rules.filter(({ statement }) => statement.managedRuleGroupStatement?.ruleActionOverrides);
    expect(overridden).toHaveLength(1);
  });

  it("end a request that announces a body above 1 MB, but for imports of files", () => {
    const [length, elsewhere] = rule("body-length").statement.andStatement.statements;
    expect(length.regexMatchStatement.fieldToMatch).toEqual({ singleHeader: { name: "content-length" } });
    const announced = new RegExp(length.regexMatchStatement.regexString);
    expect(["1048576", "1049999", "1050000", "9000000", "20000000"].map((bytes) => announced.test(bytes))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    const bulk = new RegExp(elsewhere.notStatement.statement.regexMatchStatement.regexString);
    expect(["/v1/imports", "/v1/imports/7", "/v1/importsx", "/v1/students"].map((path) => bulk.test(path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("the firewall", () => {
  let stack: Recording;
  beforeAll(async () => {
    stack = await recordStack("projects/compute", CONTRACTS);
  }, 60_000);

  it("lets through what no rule stops, and hides in logs and samples who somebody is", () => {
    const { defaultAction, scope, dataProtectionConfig, rules } = stack.get("aws:wafv2/webAcl:WebAcl", "api").inputs;
    expect([defaultAction, scope]).toEqual([{ allow: {} }, "REGIONAL"]);
    expect(dataProtectionConfig.dataProtections.map(({ action, field }: any) => [action, field])).toEqual([
      ...["authorization", "cookie", "x-api-key"].map((name) => [
        "HASH",
        { fieldType: "SINGLE_HEADER", fieldKeys: [name] },
      ]),
      ["HASH", { fieldType: "QUERY_STRING" }],
    ]);
    expect(rules.filter(({ visibilityConfig }: any) => visibilityConfig.sampledRequestsEnabled)).toEqual([]);
  });

  it("stands before the stage once it logs, and its log has a policy of its own", () => {
    const association = stack.get("aws:wafv2/webAclAssociation:WebAclAssociation", "api");
    expect(association.options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:apigateway/stage:Stage::records",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration::api",
      ]),
    );
    const delivery = stack.get("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "firewall").inputs;
    expect(delivery.resourceArn).toMatch(/:log-group:aws-waf-logs-srs-local-api$/);
    expect(delivery).not.toHaveProperty("policyName");
    const logging = stack.get("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "api");
    expect(logging.options.dependencies).toContain("aws:cloudwatch/logResourcePolicy:LogResourcePolicy::firewall");
  });

  it("refuses the addresses of the configuration, which may be none", async () => {
    expect(stack.get("aws:wafv2/ipSet:IpSet", "blocked").inputs.addresses).toEqual([]);
    const blocking = await recordStack("projects/compute", CONTRACTS, {
      config: { blockedRanges: '["192.0.2.0/24"]' },
    });
    expect(blocking.get("aws:wafv2/ipSet:IpSet", "blocked").inputs.addresses).toEqual(["192.0.2.0/24"]);
  }, 60_000);
});
