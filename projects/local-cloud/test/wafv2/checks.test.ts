import type { Properties } from "../../src/resource-type.ts";
import { capacityOf } from "../../src/services/wafv2/capacity.ts";
import { checkIpSet, checkLogging, checkWebAcl } from "../../src/services/wafv2/checks.ts";
import { isKept, logLine } from "../../src/services/wafv2/firewall-log.ts";
import { wafService } from "../../src/services/wafv2/index.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const NONE = [{ priority: 0, type: "NONE" }];
const set = { ipSetReferenceStatement: { arn: "arn:aws:wafv2:us-east-1:000000000000:regional/ipset/a/b" } };
const managed = { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesSQLiRuleSet" } };
const rate = (changes: Properties = {}): Properties => ({
  rateBasedStatement: { aggregateKeyType: "IP", limit: 100, evaluationWindowSec: 300, ...changes },
});
const regex = (regexString: string, changes: Properties = {}): Properties => ({
  regexMatchStatement: { regexString, fieldToMatch: { uriPath: {} }, textTransformations: NONE, ...changes },
});
const rule = (statement: Properties, changes: Properties = {}): Properties => ({
  name: "one",
  priority: 0,
  statement,
  action: { block: {} },
  visibilityConfig: { metricName: "one" },
  ...changes,
});
const aclWith = (...rules: readonly Properties[]) => checkWebAcl({ defaultAction: { allow: {} }, rules });

describe("what WAF refuses", () => {
  it.each([
    ["a priority that two rules have", aclWith(rule(set), rule(set, { name: "two" })), "two rules have the priority 0"],
    ["a name that two rules have", aclWith(rule(set), rule(set, { priority: 1 })), "two rules have the name one"],
    ["an action on a group", aclWith(rule(managed)), "has overrideAction and no action"],
    ["a group without an override", aclWith(rule(managed, { action: undefined })), "has overrideAction and no action"],
    [
      "an override on a statement of one's own",
      aclWith(rule(set, { action: undefined, overrideAction: { none: {} } })),
      "has action and no overrideAction",
    ],
    ["two actions at once", aclWith(rule(set, { action: { block: {}, count: {} } })), "exactly one action"],
    ["a rate below 10", aclWith(rule(rate({ limit: 9 }))), "outside 10 to 2000000000"],
    ["a rate above two thousand million", aclWith(rule(rate({ limit: 2_000_000_001 }))), "outside 10"],
    [
      "a window of a quarter of an hour",
      aclWith(rule(rate({ evaluationWindowSec: 900 }))),
      "none of 60, 120, 300, 600",
    ],
    ["custom keys that are not named", aclWith(rule(rate({ aggregateKeyType: "CUSTOM_KEYS" }))), "go together"],
    ["custom keys for a rate by address", aclWith(rule(rate({ customKeys: [{ ip: {} }] }))), "go together"],
    ["a rate that allows", aclWith(rule(rate(), { action: { allow: {} } })), "can not allow"],
    [
      "a rate inside another statement",
      aclWith(rule({ notStatement: { statement: rate() } })),
      "rateBasedStatement can not be nested",
    ],
    ["an `and` of one", aclWith(rule({ andStatement: { statements: [set] } })), "two or more"],
    ["a rule without a statement", aclWith(rule({})), "exactly one kind of statement"],
    ["a regular expression that looks ahead", aclWith(rule(regex("^(?=a)"))), "does not support"],
    ["a regular expression that is none", aclWith(rule(regex("("))), "no regular expression"],
    ["a regular expression of 513 characters", aclWith(rule(regex("a".repeat(513)))), "513 characters"],
    ["no text transformation", aclWith(rule(regex("a", { textTransformations: [] }))), "at least one"],
    ["a body, which is not read here", aclWith(rule(regex("a", { fieldToMatch: { body: {} } }))), "not read"],
    ["a statement that is not evaluated here", aclWith(rule({ geoMatchStatement: {} })), "not evaluated"],
    ["a default that is both", checkWebAcl({ defaultAction: { allow: {}, block: {} } }), "exactly one of them"],
    ["a metric with a space", aclWith(rule(set, { visibilityConfig: { metricName: "a b" } })), "no name of a metric"],
    [
      "a protected field that is none",
      checkWebAcl({
        defaultAction: { allow: {} },
        dataProtectionConfig: { dataProtections: [{ field: { fieldType: "URI" } }] },
      }),
      'fieldType "URI"',
    ],
    ["CloudFront, which is not here", checkWebAcl({ defaultAction: { allow: {} }, scope: "CLOUDFRONT" }), "REGIONAL"],
    ["everybody as a set", checkIpSet({ addresses: ["0.0.0.0/0"] }), "or all of them"],
    ["a block that is none", checkIpSet({ addresses: ["10.0.0.1/8"] }), "no block"],
    [
      "a log group without the prefix",
      checkLogging({ logDestinationConfigs: ["arn:aws:logs:us-east-1:000000000000:log-group:/srs/waf"] }),
      "must start with aws-waf-logs-",
    ],
    ["a redacted field that is none", checkLogging({ redactedFields: [{ body: {} }] }), "exactly one of method"],
  ])("is %s", (_, failures, reason) => {
    expect(failures.map((failure) => failure.reason).join("\n")).toContain(reason);
  });

  it("is not a rule as it should be", () => {
    const rules = [
      rule(set),
      rule(rate(), { name: "two", priority: 1 }),
      rule(managed, { name: "three", priority: 2, action: undefined, overrideAction: { none: {} } }),
      rule(
        { andStatement: { statements: [regex("a"), { notStatement: { statement: regex("b") } }] } },
        { name: "four", priority: 3 },
      ),
    ];
    expect(aclWith(...rules)).toEqual([]);
    expect(capacityOf(rules)).toBe(1 + 2 + 200 + 6);
  });
});

describe("the firewall's parts", () => {
  const world = useRecordedAccount([wafService]);
  const acl = { name: "api", scope: "REGIONAL", defaultAction: { allow: {} }, visibilityConfig: { metricName: "api" } };

  it("refer to what is there, once", async () => {
    const group = "arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-api";
    const ACL = "aws:wafv2/webAcl:WebAcl";
    const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
    const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
    await expect(world.resources.create(ACL, "dangling", { ...acl, rules: [rule(set)] })).rejects.toThrow(
      "WAFNonexistentItemException",
    );
    const made = await world.resources.create(ACL, "api", acl);
    expect(made.outputs.arn).toBe(`arn:aws:wafv2:us-east-1:000000000000:regional/webacl/api/${made.id}`);
    const stage = "arn:aws:apigateway:us-east-1::/restapis/a/stages/v1";
    const link = { webAclArn: made.outputs.arn as string, resourceArn: stage };
    await expect(world.resources.create(ASSOCIATION, "api", link)).rejects.toThrow(`doesn't exist: ${stage}`);
    await put(world.cloud, "aws:apigateway/stage:Stage", "stage", {}, stage);
    const association = await world.resources.create(ASSOCIATION, "api", link);
    await expect(world.resources.create(ASSOCIATION, "again", link)).rejects.toThrow();
    const logging = { resourceArn: made.outputs.arn as string, logDestinationConfigs: [group] };
    await expect(world.resources.create(LOGGING, "api", logging)).rejects.toThrow(`${group} does not exist`);
    await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "aws-waf-logs-api", {}, group);
    await world.resources.create(LOGGING, "api", logging);
    await expect(world.resources.remove(made)).rejects.toThrow("WAFAssociatedItemException");
    await world.resources.remove(association);
    await world.resources.remove(made);
  });
});

describe("the firewall's log", () => {
  const webAcl = { urn: "", type: "", id: "acl", arn: "arn:acl", inputs: {}, outputs: {} };
  const verdict = { webAcl, action: "BLOCK", terminatingRule: "by-key", counted: [] } as const;
  const request = {
    sourceIp: "198.51.100.7",
    method: "GET",
    path: "/v1/students",
    query: "familyName=Lovelace",
    headers: { "x-api-key": "the key", accept: "*/*" },
  };

  it("says who was refused by what, and nothing that is redacted", () => {
    const line = logLine([{ singleHeader: { name: "X-Api-Key" } }, { queryString: {} }], verdict, request, 1);
    expect(line).toMatchObject({
      action: "BLOCK",
      terminatingRuleId: "by-key",
      httpRequest: { clientIp: "198.51.100.7", uri: "/v1/students", args: "REDACTED" },
    });
    expect(JSON.stringify(line)).not.toMatch(/the key|Lovelace/);
    expect(JSON.stringify(line)).toContain("*/*");
  });

  it("keeps what its filter asks for", () => {
    const filter = {
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
        },
      ],
    };
    expect(isKept(filter, verdict)).toBe(true);
    expect(isKept(filter, { ...verdict, action: "ALLOW" })).toBe(false);
    expect(isKept(filter, { ...verdict, action: "ALLOW", counted: ["watched"] })).toBe(true);
    expect(isKept(undefined, { ...verdict, action: "ALLOW" })).toBe(true);
  });
});
