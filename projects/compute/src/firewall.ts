import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { firewallRules } from "./firewall-rules.ts";
import type { Gateway } from "./gateway.ts";
import { logGroupNamed } from "./log-group.ts";
import type { UsagePlans } from "./usage-plans.ts";

export interface FirewallArgs {
  readonly gateway: Gateway;
  readonly usagePlans: UsagePlans;
}

/** What tells who somebody is, or may name a student: in no log and in no sample. */
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key"];

/** Looks at every request before the gateway does: addresses, rates, known attacks, length. */
export class Firewall extends pulumi.ComponentResource {
  constructor(name: string, config: Config, args: FirewallArgs) {
    super("srs:compute:Firewall", name);
    const acl = this.acl(config, args.usagePlans.ratePerSecondMax);
    const logging = this.logging(config, acl);
    // Nothing passes unlogged.
    new aws.wafv2.WebAclAssociation(
      "api",
      { webAclArn: acl.arn, resourceArn: args.gateway.stageArn },
      { parent: this, dependsOn: [logging] },
    );
    this.registerOutputs({});
  }

  private acl({ settings, blockedRanges }: Config, ratePerSecondMax: number): aws.wafv2.WebAcl {
    const tags = tagsFor({ classification: "internal", retention: "none" });
    const blocked = new aws.wafv2.IpSet(
      "blocked",
      {
        name: settings.name("blocked", "wafAcl"),
        description: "Addresses that are refused whatever they send",
        scope: "REGIONAL",
        ipAddressVersion: "IPV4",
        addresses: [...blockedRanges],
        tags,
      },
      { parent: this },
    );
    return new aws.wafv2.WebAcl(
      "api",
      {
        name: settings.name("api", "wafAcl"),
        description: "In front of the records API",
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: firewallRules({ blockedSetArn: blocked.arn, ratePerSecondMax }),
        dataProtectionConfig: {
          dataProtections: [
            ...SECRET_HEADERS.map((header) => ({ fieldType: "SINGLE_HEADER", fieldKeys: [header] })),
            { fieldType: "QUERY_STRING" },
          ].map((field) => ({
            action: "HASH",
            field,
            excludeRuleMatchDetails: false,
            excludeRateBasedDetails: false,
          })),
        },
        visibilityConfig: {
          cloudwatchMetricsEnabled: true,
          metricName: settings.name("api", "wafAcl"),
          sampledRequestsEnabled: false,
        },
        tags,
      },
      { parent: this },
    );
  }

  private logging(config: Config, acl: aws.wafv2.WebAcl): aws.wafv2.WebAclLoggingConfiguration {
    const { settings } = config;
    const group = logGroupNamed(config, settings.name("api", "wafLogGroup"), "firewall", "audit", { parent: this });
    const delivery = new aws.cloudwatch.LogResourcePolicy(
      "firewall",
      {
        // On the group itself: an account has room for ten policies that name no group.
        resourceArn: group.arn,
        policyDocument: policyDocument([
          {
            Sid: "FirewallDelivers",
            Effect: "Allow",
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${group.arn}:*`,
            Condition: {
              StringEquals: { "aws:SourceAccount": settings.accountId },
              ArnLike: { "aws:SourceArn": settings.arn("logs", "*") },
            },
          },
        ]),
      },
      { parent: this },
    );
    return new aws.wafv2.WebAclLoggingConfiguration(
      "api",
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [group.arn],
        redactedFields: [...SECRET_HEADERS.map((name) => ({ singleHeader: { name } })), { queryString: {} }],
        // What passed is in the gateway's own log, by the path's template: a path names a student.
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
      },
      { parent: this, dependsOn: [delivery] },
    );
  }
}
