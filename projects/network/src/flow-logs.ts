import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";
import { evidenceLogGroup } from "./log-group.ts";

/** Fields of a flow record, in the order in which they are written. A change of the list replaces both logs. */
const FIELDS = [
  // The default record.
  ...["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets"],
  ...["bytes", "start", "end", "action", "log-status"],
  // Where it was seen, which way it went, and the true ends of what passed a gateway.
  ...["vpc-id", "subnet-id", "az-id", "flow-direction", "traffic-path", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr"],
  // Which AWS service was at the other end, and whether the account's block of public access refused it.
  ...["pkt-src-aws-service", "pkt-dst-aws-service", "reject-reason"],
];

export interface FlowLogsArgs {
  config: Config;
  vpcId: pulumi.Input<string>;
}

/** Who talked to whom: to a log group for the days after, to the audit store for the years after. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, { config, vpcId }: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:FlowLogs", name, {}, opts);
    const child = { parent: this };
    const tags = tagsFor({ classification: "audit", retention: "operational-400d" });
    const group = evidenceLogGroup(config, name, config.sizing.flowLogRetentionDays, child);
    const role = new aws.iam.Role(
      name,
      {
        name: config.roleName("flow-logs"),
        description: "Lets flow logs write to their log group",
        assumeRolePolicy: trustPolicy("vpc-flow-logs.amazonaws.com", {
          accountId: config.accountId,
          arnLike: config.arn("ec2", "vpc-flow-log/*"),
        }),
        permissionsBoundary: config.security.permissionBoundaryArn,
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      child,
    );
    const rolePolicy = new aws.iam.RolePolicy(
      name,
      {
        name: config.name("flow-logs", "iam"),
        role: role.name,
        policy: policyDocument([
          {
            Sid: "WriteOwnGroup",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: [group.arn, pulumi.interpolate`${group.arn}:*`],
          },
        ]),
      },
      child,
    );
    const common = {
      vpcId,
      trafficType: "ALL",
      maxAggregationInterval: 60,
      logFormat: FIELDS.map((field) => `\${${field}}`).join(" "),
    };
    new aws.ec2.FlowLog(
      "to-log-group",
      { ...common, logDestinationType: "cloud-watch-logs", logDestination: group.arn, iamRoleArn: role.arn, tags },
      { parent: this, dependsOn: [rolePolicy] },
    );
    new aws.ec2.FlowLog(
      "to-audit-store",
      {
        ...common,
        logDestinationType: "s3",
        logDestination: pulumi.interpolate`${config.security.auditBucket.arn}/flow-logs/`,
        destinationOptions: { fileFormat: "parquet", perHourPartition: true, hiveCompatiblePartitions: true },
        tags: tagsFor({ classification: "audit", retention: "audit-7y" }),
      },
      child,
    );
    this.registerOutputs();
  }
}
