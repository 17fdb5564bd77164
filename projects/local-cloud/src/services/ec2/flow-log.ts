import { arn, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { deliveryRefusal } from "../iam/service-grants.ts";
import { missing } from "./checks.ts";
import { SUBNET, VPC } from "./tokens.ts";

const SOURCES = ["vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId"] as const;
const destinationType = (inputs: Properties): string => inputs.logDestinationType ?? "cloud-watch-logs";

const flowLog = recordedType({
  token: "aws:ec2/flowLog:FlowLog",
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
      if (!known(destinationType(inputs))) return;
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
  conflict: (inputs, cloud) => {
    const absent =
      missing(cloud, VPC, inputs.vpcId, "InvalidVpcId.NotFound") ??
      missing(cloud, SUBNET, inputs.subnetId, "InvalidSubnetId.NotFound");
    if (absent !== undefined) return absent;
    const destination = String(inputs.logDestination ?? "");
    if (destinationType(inputs) === "s3") {
      return deliveryRefusal(cloud, {
        bucket: destination.replace(/^arn:aws:s3:::/, "").split("/")[0] ?? "",
        servicePrincipal: "delivery.logs.amazonaws.com",
        actions: ["s3:PutObject", "s3:GetBucketAcl"],
        refusal: "LogDestinationPermissionIssue: Access Denied for LogDestination",
      });
    }
    const group = destination.replace(/:\*$/, "");
    const exists = cloud.account
      .ofType("aws:cloudwatch/logGroup:LogGroup")
      .some((record) => record.arn === group || record.arn === `${group}:*`);
    return exists ? undefined : `InvalidParameter: LogDestination: the log group ${destination} does not exist.`;
  },
});

export const flowLogResources: readonly ResourceType[] = [flowLog];
