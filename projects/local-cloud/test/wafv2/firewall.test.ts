import fc from "fast-check";
import type { Properties } from "../../src/resource-type.ts";
import { wafService, type WafService } from "../../src/services/wafv2/index.ts";
import { RequestRates } from "../../src/services/wafv2/request-rates.ts";
import type { WebRequest } from "../../src/services/wafv2/web-request.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const STAGE_ARN = "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages/v1";
const NONE = [{ priority: 0, type: "NONE" }];
const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "rule", sampledRequestsEnabled: false };
const block = (name: string, priority: number, statement: Properties): Properties => ({
  name,
  priority,
  statement,
  action: { block: {} },
  visibilityConfig,
});
const header = (name: string) => ({ singleHeader: { name } });
const request = (changes: Partial<WebRequest> = {}): WebRequest => ({
  sourceIp: "198.51.100.7",
  method: "GET",
  path: "/v1/students",
  query: "",
  headers: {},
  ...changes,
});

describe("a web ACL", () => {
  const world = useRecordedAccount([wafService]);
  const waf = () => (world.cloud as unknown as { services: readonly WafService[] }).services[0]!;
  const decide = (changes?: Partial<WebRequest>) => waf().inspect(STAGE_ARN, request(changes));

  async function stand(rules: readonly Properties[], changes: Properties = {}): Promise<void> {
    await put(world.cloud, "aws:apigateway/stage:Stage", "stage", {}, STAGE_ARN);
    const acl = await world.resources.create("aws:wafv2/webAcl:WebAcl", "api", {
      name: "api",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules,
      visibilityConfig,
      ...changes,
    });
    await world.resources.create("aws:wafv2/webAclAssociation:WebAclAssociation", "api", {
      webAclArn: acl.outputs.arn as string,
      resourceArn: STAGE_ARN,
    });
  }

  it("says nothing about a stage that it does not stand before", () => {
    expect(decide()).toBeUndefined();
  });

  it("refuses the addresses of a set, and lets all others to the default", async () => {
    const set = await world.resources.create("aws:wafv2/ipSet:IpSet", "blocked", {
      name: "blocked",
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: ["198.51.100.0/24"],
    });
    await stand([block("blocked", 0, { ipSetReferenceStatement: { arn: set.outputs.arn as string } })]);
    expect(decide()).toMatchObject({ action: "BLOCK", terminatingRule: "blocked" });
    expect(decide({ sourceIp: "::ffff:198.51.100.9" })).toMatchObject({ action: "BLOCK" });
    expect(decide({ sourceIp: "203.0.113.7" })).toMatchObject({ action: "ALLOW", terminatingRule: "Default_Action" });
    await expect(world.resources.remove(set)).rejects.toThrow("WAFAssociatedItemException");
  });

  it("counts by address what is in scope, and refuses what is above the limit alone", async () => {
    const scopeDownStatement = {
      notStatement: {
        statement: {
          sizeConstraintStatement: {
            fieldToMatch: header("x-api-key"),
            comparisonOperator: "GT",
            size: 0,
            textTransformations: NONE,
          },
        },
      },
    };
    await stand([
      block("by-address", 0, {
        rateBasedStatement: { aggregateKeyType: "IP", limit: 10, evaluationWindowSec: 60, scopeDownStatement },
      }),
    ]);
    const actions = Array.from({ length: 12 }, () => decide()?.action);
    expect(actions).toEqual([...Array.from({ length: 10 }, () => "ALLOW"), "BLOCK", "BLOCK"]);
    expect(decide({ sourceIp: "203.0.113.7" })?.action).toBe("ALLOW");
    expect(decide({ headers: { "x-api-key": "known" } })?.action).toBe("ALLOW");
  });

  it("counts by the value of a header, and not who sends none", async () => {
    const customKeys = [{ header: { name: "X-Api-Key", textTransformations: NONE } }];
    await stand([
      block("by-key", 0, {
        rateBasedStatement: { aggregateKeyType: "CUSTOM_KEYS", customKeys, limit: 10, evaluationWindowSec: 300 },
      }),
    ]);
    const call = (key?: string) => decide(key === undefined ? {} : { headers: { "x-api-key": key } })?.action;
    expect(Array.from({ length: 11 }, () => call("one")).at(-1)).toBe("BLOCK");
    expect(call("another")).toBe("ALLOW");
    expect(Array.from({ length: 20 }, () => call())).not.toContain("BLOCK");
  });

  it("compares headers, paths and queries, alone and together", async () => {
    const long = { fieldToMatch: header("content-length"), regexString: "^[1-9][0-9]{6,}$", textTransformations: NONE };
    const bulk = {
      fieldToMatch: { uriPath: {} },
      searchString: "/v1/imports",
      positionalConstraint: "STARTS_WITH",
      textTransformations: [{ priority: 0, type: "LOWERCASE" }],
    };
    await stand([
      block("length", 5, {
        andStatement: {
          statements: [{ regexMatchStatement: long }, { notStatement: { statement: { byteMatchStatement: bulk } } }],
        },
      }),
    ]);
    const announced = { headers: { "content-length": "1050000" } };
    expect(decide(announced)).toMatchObject({ action: "BLOCK", terminatingRule: "length" });
    expect(decide({ ...announced, path: "/V1/Imports" })?.action).toBe("ALLOW");
    expect(decide({ headers: { "content-length": "5" } })?.action).toBe("ALLOW");
    expect(decide()?.action).toBe("ALLOW");
  });

  it("goes by priority, counts on, and leaves groups of AWS's out of account", async () => {
    const get = {
      byteMatchStatement: {
        fieldToMatch: { method: {} },
        searchString: "GET",
        positionalConstraint: "EXACTLY",
        textTransformations: NONE,
      },
    };
    await stand([
      block("last", 9, get),
      { ...block("watched", 1, get), action: { count: {} } },
      {
        name: "managed",
        priority: 2,
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
        overrideAction: { none: {} },
        visibilityConfig,
      },
    ]);
    expect(decide()).toMatchObject({ action: "BLOCK", terminatingRule: "last", counted: ["watched"] });
    expect(decide({ method: "PUT" })).toMatchObject({ action: "ALLOW", counted: [] });
  });
});

describe("a rate", () => {
  it("is the number of requests in the window, to a slice of it", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (pauses) => {
        const rates = new RequestRates();
        const windowMs = 60_000;
        const times: number[] = [];
        let nowMs = 0;
        for (const pause of pauses) {
          nowMs += pause;
          times.push(nowMs);
          const counted = rates.count("group", windowMs, nowMs);
          expect(counted).toBeLessThanOrEqual(times.filter((at) => at > nowMs - windowMs).length);
          expect(counted).toBeGreaterThanOrEqual(times.filter((at) => at > nowMs - windowMs + windowMs / 60).length);
        }
      }),
    );
  });
});
