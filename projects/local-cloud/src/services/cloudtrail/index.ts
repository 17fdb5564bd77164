import type { Cloud, Service } from "../../cloud.ts";
import { REGION } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { deliveryRefusal } from "../iam/service-grants.ts";

/** The trail is recorded and checked: nothing on this machine writes to it. */
export function cloudtrailService(_cloud: Cloud): Service {
  return { name: "cloudtrail", resources: [trail] };
}

const trail = recordedType({
  token: "aws:cloudtrail/trail:Trail",
  id: (inputs) => arn("cloudtrail", `trail/${inputs.name}`),
  arn: (_, id) => id,
  replaceOnChanges: ["name"],
  computed: { homeRegion: () => REGION, snsTopicArn: (inputs) => inputs.snsTopicName ?? "" },
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, isMultiRegionTrail, includeGlobalServiceEvents, cloudWatchLogsGroupArn } = inputs;
      // Letters, digits, period, underscore and dash; begins and ends with a letter or digit; no two of ._- in a row.
      if (known(name) && (!/^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/.test(name) || name.length < 3 || name.length > 128)) {
        refuse(
          "name",
          `InvalidTrailNameException: "${name}" must have 3 to 128 letters and digits with single . _ - between them`,
        );
      }
      if (inputs.advancedEventSelectors !== undefined && inputs.eventSelectors !== undefined) {
        refuse(
          "eventSelectors",
          "InvalidEventSelectorsException: a trail has advancedEventSelectors or eventSelectors, not both",
        );
      }
      if (isMultiRegionTrail === true && includeGlobalServiceEvents === false) {
        refuse(
          "includeGlobalServiceEvents",
          "InvalidParameterCombinationException: Multi-Region trail must include global service events",
        );
      }
      if (known(cloudWatchLogsGroupArn) && !String(cloudWatchLogsGroupArn).endsWith(":*")) {
        refuse(
          "cloudWatchLogsGroupArn",
          "InvalidCloudWatchLogsLogGroupArnException: the ARN of the log group must end in :*",
        );
      }
      if ((inputs.cloudWatchLogsGroupArn === undefined) !== (inputs.cloudWatchLogsRoleArn === undefined)) {
        refuse(
          "cloudWatchLogsRoleArn",
          "InvalidParameterCombinationException: cloudWatchLogsGroupArn and cloudWatchLogsRoleArn go together",
        );
      }
    }),
  conflict: (inputs, cloud) =>
    deliveryRefusal(cloud, {
      bucket: inputs.s3BucketName,
      servicePrincipal: "cloudtrail.amazonaws.com",
      actions: ["s3:GetBucketAcl", "s3:PutObject"],
      refusal: "InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected",
    }),
});
