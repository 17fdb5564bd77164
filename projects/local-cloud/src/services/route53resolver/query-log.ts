import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { missing } from "../ec2/checks.ts";
import { VPC } from "../ec2/tokens.ts";
import { nameFailures, QUERY_LOG, QUERY_LOG_ASSOCIATION } from "./tokens.ts";

const DESTINATION =
  /^arn:aws:(s3:::[a-z0-9.-]{3,63}(\/.*)?|logs:[a-z0-9-]+:\d{12}:log-group:.+|firehose:[a-z0-9-]+:\d{12}:deliverystream\/.+)$/;

export const queryLogConfig = recordedType({
  token: QUERY_LOG,
  id: () => newHexId("rqlc-", 16),
  arn: (_, id) => arn("route53resolver", `resolver-query-log-config/${id}`),
  replaceOnChanges: ["destinationArn", "name"],
  computed: { ownerId: () => ACCOUNT_ID, shareStatus: () => "NOT_SHARED" },
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) => [
    ...nameFailures(inputs),
    ...failures((refuse) => {
      const { destinationArn } = inputs;
      if (known(destinationArn) && !DESTINATION.test(destinationArn))
        refuse(
          "destinationArn",
          `InvalidParameterException: ${destinationArn} is no ARN of a bucket, a log group or a delivery stream`,
        );
    }),
  ],
  conflict: ({ destinationArn }, cloud) => destinationRefusal(String(destinationArn), cloud),
  inUse: ({ id }, cloud) =>
    cloud.account.ofType(QUERY_LOG_ASSOCIATION).some(({ inputs }) => inputs.resolverQueryLogConfigId === id)
      ? `InvalidRequestException: The query logging configuration ${id} is associated with VPCs. Disassociate them first.`
      : undefined,
});

function destinationRefusal(destination: string, cloud: Cloud): string | undefined {
  const bare = destination.replace(/:\*$/, "");
  const exists =
    destination.startsWith("arn:aws:firehose:") ||
    cloud.account
      .all()
      .some(({ type, id, arn: other }) =>
        destination.startsWith("arn:aws:s3:::")
          ? type === "aws:s3/bucket:Bucket" && id === destination.slice("arn:aws:s3:::".length).split("/")[0]
          : type === "aws:cloudwatch/logGroup:LogGroup" && other?.replace(/:\*$/, "") === bare,
      );
  return exists ? undefined : `ResourceNotFoundException: the destination ${destination} does not exist.`;
}

export const queryLogConfigAssociation = recordedType({
  token: QUERY_LOG_ASSOCIATION,
  id: () => newHexId("rqlca-", 16),
  replaceOnChanges: ["resolverQueryLogConfigId", "resourceId"],
  uniqueBy: ["resolverQueryLogConfigId", "resourceId"],
  conflict: ({ resolverQueryLogConfigId: config, resourceId }, cloud) =>
    cloud.account.byId(QUERY_LOG, config) === undefined
      ? `ResourceNotFoundException: Resolver query logging configuration with ID '${config}' does not exist.`
      : missing(cloud, VPC, resourceId, "InvalidParameterException"),
});
