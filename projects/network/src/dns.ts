import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { evidenceLogGroup } from "./log-group.ts";

/** AWS's own services, and the sign-in pages of user pools. */
const AWS_NAMES = ["*.amazonaws.com", "*.amazoncognito.com"];
const EVERY_NAME = "*";

export interface DnsArgs {
  config: Config;
  vpcId: pulumi.Input<string>;
}

/** Which names resolve in the network, and the record of every question asked. */
export class Dns extends pulumi.ComponentResource {
  constructor(name: string, { config, vpcId }: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:Dns", name, {}, opts);
    this.logQueries(config, vpcId);
    this.filterNames(config, vpcId);
    this.registerOutputs();
  }

  private logQueries(config: Config, vpcId: pulumi.Input<string>): void {
    const child = { parent: this };
    const group = evidenceLogGroup(config, "dns-queries", config.sizing.logRetentionDays, child);
    // On the group itself: an account has room for ten policies that name no group.
    const policy = new aws.cloudwatch.LogResourcePolicy(
      "dns-queries",
      {
        resourceArn: group.arn,
        policyDocument: policyDocument([
          {
            Sid: "ResolverDelivers",
            Effect: "Allow",
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${group.arn}:*`,
            Condition: {
              StringEquals: { "aws:SourceAccount": config.accountId },
              ArnLike: { "aws:SourceArn": config.arn("logs", "*") },
            },
          },
        ]),
      },
      child,
    );
    const log = new aws.route53.ResolverQueryLogConfig(
      "dns-queries",
      {
        name: config.name("dns-queries", "resolver"),
        destinationArn: group.arn,
        tags: tagsFor({ classification: "audit", retention: "operational-400d" }),
      },
      // Without the policy AWS writes one of its own, which no program knows of.
      { parent: this, dependsOn: [policy] },
    );
    new aws.route53.ResolverQueryLogConfigAssociation(
      "dns-queries",
      { resolverQueryLogConfigId: log.id, resourceId: vpcId },
      child,
    );
  }

  /** The way out by address is open on port 443, so that names decide where it leads. */
  private filterNames(config: Config, vpcId: pulumi.Input<string>): void {
    const child = { parent: this };
    const tags = tagsFor({ classification: "internal", retention: "none" });
    const group = new aws.route53.ResolverFirewallRuleGroup(
      "names",
      { name: config.name("names", "resolver"), tags },
      child,
    );
    const rule = (purpose: string, names: readonly string[], args: RuleArgs) => {
      const name = config.name(purpose, "resolver");
      const list = new aws.route53.ResolverFirewallDomainList(
        purpose,
        { name, domains: names.map(rooted), tags },
        child,
      );
      return new aws.route53.ResolverFirewallRule(
        purpose,
        { name, firewallRuleGroupId: group.id, firewallDomainListId: list.id, ...args },
        child,
      );
    };
    const rules = [
      rule("allowed-names", [...AWS_NAMES, ...config.partnerHosts], {
        priority: 100,
        action: "ALLOW",
        // A partner's name may lead to its provider's, which is on no list of ours.
        firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN",
      }),
      rule("other-names", [EVERY_NAME], {
        priority: 200,
        action: "BLOCK",
        blockResponse: "NXDOMAIN",
        firewallDomainRedirectionAction: "INSPECT_REDIRECTION_DOMAIN",
      }),
    ];
    new aws.route53.ResolverFirewallConfig(
      "names",
      { resourceId: vpcId, firewallFailOpen: config.sizing.dnsFirewallFailOpen ? "ENABLED" : "DISABLED" },
      child,
    );
    new aws.route53.ResolverFirewallRuleGroupAssociation(
      "names",
      {
        name: config.name("names", "resolver"),
        firewallRuleGroupId: group.id,
        vpcId,
        // AWS keeps 100 and 9900 for itself.
        priority: 101,
        mutationProtection: config.sizing.deletionProtection ? "ENABLED" : "DISABLED",
        tags,
      },
      // All rules first: with the second alone, nothing would resolve for a moment.
      { parent: this, dependsOn: rules },
    );
  }
}

type RuleArgs = Omit<aws.route53.ResolverFirewallRuleArgs, "name" | "firewallRuleGroupId" | "firewallDomainListId">;

/** AWS gives names back with their final dot; without it here, every plan would show a change. */
const rooted = (name: string): string => `${name}.`;
