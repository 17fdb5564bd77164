/** What the web firewall looks for, in the order in which it looks. */
import type { types } from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { atLeast } from "./content-length.ts";
import { STAGE } from "./names.ts";

type Rule = types.input.wafv2.WebAclRule;
type Statement = types.input.wafv2.WebAclRuleStatement;

export const WINDOW_SECONDS = 300;
export const REQUESTS_WITHOUT_KEY = 2_000;
/** Above the largest usage plan, so that a system within its plan never meets the firewall. */
export const REQUESTS_BY_KEY_MIN = 90_000;
const ABOVE_PLAN = 1.2;

/** The service says 1 MiB exactly; the firewall ends what is plainly more before it costs anything. */
export const BODY_BYTES = 1_050_000;
/** Takes files of up to 8 MiB. */
const BULK_PATHS = `^/${STAGE}/imports(/|$)`;

const AS_IT_IS = [{ priority: 0, type: "NONE" }];
const header = (name: string) => ({ singleHeader: { name } });

/** A request with a key is counted by its key: a campus shares few addresses. */
const WITHOUT_KEY: Statement = {
  notStatement: {
    statement: {
      sizeConstraintStatement: {
        fieldToMatch: header("x-api-key"),
        comparisonOperator: "GT",
        size: 0,
        textTransformations: AS_IT_IS,
      },
    },
  },
};

/** How often a key may be seen in a window, when the largest plan admits so many requests a second. */
export function requestsByKey(ratePerSecond: number): number {
  return Math.max(REQUESTS_BY_KEY_MIN, Math.ceil(ratePerSecond * ABOVE_PLAN * WINDOW_SECONDS));
}

export interface FirewallFacts {
  readonly blockedSetArn: pulumi.Input<string>;
  /** Of the largest usage plan. */
  readonly ratePerSecondMax: number;
}

export function firewallRules({ blockedSetArn, ratePerSecondMax }: FirewallFacts): Rule[] {
  const own: readonly (readonly [name: string, statement: Statement])[] = [
    ["blocked-addresses", { ipSetReferenceStatement: { arn: blockedSetArn } }],
    [
      "rate-by-address",
      {
        rateBasedStatement: {
          aggregateKeyType: "IP",
          limit: REQUESTS_WITHOUT_KEY,
          evaluationWindowSec: WINDOW_SECONDS,
          scopeDownStatement: WITHOUT_KEY,
        },
      },
    ],
    [
      "rate-by-key",
      {
        rateBasedStatement: {
          aggregateKeyType: "CUSTOM_KEYS",
          customKeys: [{ header: { name: "x-api-key", textTransformations: AS_IT_IS } }],
          limit: requestsByKey(ratePerSecondMax),
          evaluationWindowSec: WINDOW_SECONDS,
        },
      },
    ],
  ];
  const managed = [
    group("AWSManagedRulesAmazonIpReputationList"),
    group("AWSManagedRulesKnownBadInputsRuleSet"),
    group("AWSManagedRulesSQLiRuleSet"),
    // It would block every body above 8 KB, on every path.
    group("AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
  ];
  return [...own.map(blocking), ...managed, blocking(["body-length", LARGE_BODY])].map((rule, priority) => ({
    ...rule,
    priority,
    // A sample would show a request's path and headers to whoever may look at the console.
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: rule.name, sampledRequestsEnabled: false },
  }));
}

/** The firewall sees the first kilobytes of a body and no more, so it goes by what the request says of its length. */
const LARGE_BODY: Statement = {
  andStatement: {
    statements: [
      {
        regexMatchStatement: {
          fieldToMatch: header("content-length"),
          regexString: atLeast(BODY_BYTES),
          textTransformations: AS_IT_IS,
        },
      },
      {
        notStatement: {
          statement: {
            regexMatchStatement: {
              fieldToMatch: { uriPath: {} },
              regexString: BULK_PATHS,
              textTransformations: AS_IT_IS,
            },
          },
        },
      },
    ],
  },
};

type Unplaced = Omit<Rule, "name" | "priority" | "visibilityConfig"> & { readonly name: string };

const blocking = ([name, statement]: readonly [string, Statement]): Unplaced => ({
  name,
  action: { block: {} },
  statement,
});

/** A group of AWS's: its rules have their own actions, and `counted` are those that may only count. */
function group(name: string, counted: readonly string[] = []): Unplaced {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
  };
}
