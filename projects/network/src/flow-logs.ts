import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";

/** Fields of a flow record; the second half tells direction and the addresses behind a gateway. */
const FIELDS = [
  ...[
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
  ],
  ...["start", "end", "action", "log-status"],
  ...["flow-direction", "pkt-srcaddr", "pkt-dstaddr", "subnet-id", "az-id", "tcp-flags", "traffic-path"],
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
    const group = new aws.cloudwatch.LogGroup(
      name,
      {
        name: config.name("flow-logs", "logGroup"),
        kmsKeyId: config.security.kmsKeyArns.logs,
        retentionInDays: config.sizing.flowLogRetentionDays,
        logGroupClass: "STANDARD",
        tags,
      },
      child,
    );
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
