import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import {
  bucketKey,
  bucketRefusal,
  keyRefusal,
  OWNED_BY_BUCKET,
  roleRefusal,
  serviceCaller,
} from "../iam/service-grants.ts";
import { missing, others } from "./checks.ts";
import { SUBNET, VPC } from "./tokens.ts";

const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const SOURCES = ["vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId"] as const;
const destinationType = (inputs: Properties): string => inputs.logDestinationType ?? "cloud-watch-logs";

const flowLog = recordedType({
  token: FLOW_LOG,
  id: () => newResourceId("fl"),
  arn: (_, id) => arn("ec2", `vpc-flow-log/${id}`),
  replaceOnChanges: [
    ...SOURCES,
    "trafficType",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "iamRoleArn",
    "maxAggregationInterval",
    "destinationOptions",
    "deliverCrossAccountRole",
  ],
  check: (inputs) =>
    failures((refuse) => {
      const { maxAggregationInterval, trafficType } = inputs;
      if (SOURCES.filter((name) => (inputs[name] ?? undefined) !== undefined).length !== 1) {
        refuse("vpcId", `InvalidParameter: a flow log watches exactly one of ${SOURCES.join(", ")}`);
      }
      if (known(maxAggregationInterval) && ![60, 600].includes(maxAggregationInterval)) {
        refuse("maxAggregationInterval", `InvalidParameter: ${maxAggregationInterval} seconds; 60 or 600 are possible`);
      }
      if (known(trafficType) && !["ACCEPT", "REJECT", "ALL"].includes(trafficType))
        refuse("trafficType", `InvalidParameter: "${trafficType}" is not ACCEPT, REJECT or ALL`);
      const { logFormat, destinationOptions: options } = inputs;
      const unknownField = known(logFormat) ? unknownFieldOf(logFormat) : undefined;
      if (unknownField !== undefined)
        refuse("logFormat", `InvalidParameter: "${unknownField}" is no field of flow logs, written as \${field}`);
      if (known(options?.fileFormat) && !["plain-text", "parquet"].includes(options.fileFormat as string))
        refuse("destinationOptions", `InvalidParameter: "${options.fileFormat}" is not plain-text or parquet`);
      if (!known(destinationType(inputs))) return;
      if (!["cloud-watch-logs", "s3", "kinesis-data-firehose"].includes(destinationType(inputs)))
        refuse("logDestinationType", `InvalidParameter: "${destinationType(inputs)}" is no type of destination`);
      if (destinationType(inputs) !== "s3" && options !== undefined)
        refuse("destinationOptions", "InvalidParameter: DestinationOptions are only for LogDestinationType s3");
      if (destinationType(inputs) === "cloud-watch-logs" && inputs.iamRoleArn === undefined) {
        refuse(
          "iamRoleArn",
          "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs",
        );
      }
      if (destinationType(inputs) === "s3" && inputs.iamRoleArn !== undefined) {
        refuse("iamRoleArn", "InvalidParameter: DeliverLogsPermissionArn is not for LogDestinationType s3");
      }
    }),
  conflict: (inputs, cloud, self) => {
    const twin = others(cloud, FLOW_LOG, self).find((other) =>
      [...SOURCES, "logDestination"].every((name) => (other.inputs[name] ?? null) === (inputs[name] ?? null)),
    );
    if (twin !== undefined)
      return `FlowLogAlreadyExists: There is an existing Flow Log with the same configuration and log destination (${twin.id}).`;
    const absent =
      missing(cloud, VPC, inputs.vpcId, "InvalidVpcId.NotFound") ??
      missing(cloud, SUBNET, inputs.subnetId, "InvalidSubnetId.NotFound");
    if (absent !== undefined) return absent;
    return destinationType(inputs) === "s3" ? bucketLacks(inputs, cloud) : logGroupLacks(inputs, cloud);
  },
});

/** Versions 2 to 9 of the record, and what ECS adds. */
const FIELDS = new Set(
  (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
    "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id " +
    "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name " +
    "ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name " +
    "ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status"
  ).split(" "),
);

function unknownFieldOf(format: string): string | undefined {
  return format
    .trim()
    .split(/\s+/)
    .find((field) => !FIELDS.has(/^\$\{([a-z-]+)\}$/.exec(field)?.[1] ?? ""));
}

/** Log delivery asks in its own name and relies on the bucket's default key. */
function bucketLacks(inputs: Properties, cloud: Cloud): string | undefined {
  const [bucket = "", ...prefix] = String(inputs.logDestination).replace("arn:aws:s3:::", "").split("/");
  const delivery = serviceCaller("delivery.logs.amazonaws.com", arn("logs", "vpc-flow-logs"));
  const account =
    inputs.destinationOptions?.hiveCompatiblePartitions === true ? `aws-account-id=${ACCOUNT_ID}` : ACCOUNT_ID;
  const objectKey = [...prefix, "AWSLogs", account, "vpcflowlogs", "log"].filter(Boolean).join("/");
  const key = bucketKey(cloud, bucket);
  const why =
    bucketRefusal(cloud, bucket, delivery, [
      { action: "s3:GetBucketAcl" },
      { action: "s3:PutObject", objectKey, context: OWNED_BY_BUCKET },
    ]) ??
    (key && keyRefusal(cloud, key, delivery, [{ action: "kms:GenerateDataKey" }, { action: "kms:Decrypt" }]));
  return why && `LogDestinationPermissionIssue: Access Denied for LogDestination: ${bucket}. ${why}`;
}

function logGroupLacks(inputs: Properties, cloud: Cloud): string | undefined {
  const destination = String(inputs.logDestination ?? "").replace(/:\*$/, "");
  const group = cloud.account.ofType(LOG_GROUP).find((record) => record.arn?.replace(/:\*$/, "") === destination);
  if (group === undefined) return `InvalidParameter: LogDestination: the log group ${destination} does not exist.`;
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];
  const lack = roleRefusal(
    cloud,
    inputs.iamRoleArn as string,
    serviceCaller("vpc-flow-logs.amazonaws.com", arn("ec2", "vpc-flow-log/fl-00000000000000000")),
    logs.map((action) => ({ action, resource: `${destination}:log-stream:flow-log` })),
  );
  return lack && `InvalidParameter: Unable to assume given IAM role or to deliver with it: ${lack.why}`;
}

export const flowLogResources: readonly ResourceType[] = [flowLog];
