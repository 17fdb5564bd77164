import { REGION } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { deliveryRefusal } from "./delivery.ts";
import { selectorFaults } from "./selectors.ts";

const TRAIL = "aws:cloudtrail/trail:Trail";
const TRAILS_MAX = 5;

export const trail = recordedType({
  token: TRAIL,
  id: (inputs) => arn("cloudtrail", `trail/${inputs.name}`),
  arn: (_, id) => id,
  replaceOnChanges: ["name"],
  computed: { homeRegion: () => REGION, snsTopicArn: (inputs) => inputs.snsTopicName ?? "" },
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, isMultiRegionTrail, includeGlobalServiceEvents, cloudWatchLogsGroupArn, s3KeyPrefix } = inputs;
      // Letters, digits, period, underscore and dash; begins and ends with a letter or digit; no two of ._- in a row.
      if (known(name) && (!/^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/.test(name) || name.length < 3 || name.length > 128)) {
        refuse(
          "name",
          `InvalidTrailNameException: "${name}" must have 3 to 128 letters and digits with single . _ - between them`,
        );
      }
      if (known(s3KeyPrefix) && (s3KeyPrefix.length > 200 || s3KeyPrefix.startsWith("/")))
        refuse("s3KeyPrefix", "InvalidS3PrefixException: a prefix has up to 200 characters and begins without a slash");
      for (const { property, reason } of selectorFaults(inputs)) refuse(property, reason);
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
  conflict: (inputs, cloud, self) => {
    if (self === undefined && cloud.account.ofType(TRAIL).length >= TRAILS_MAX)
      return `MaximumNumberOfTrailsExceededException: the account has ${TRAILS_MAX} trails in ${REGION} already.`;
    return deliveryRefusal(inputs, cloud);
  },
});
