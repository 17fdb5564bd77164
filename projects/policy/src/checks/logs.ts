import type { ResourceRule } from "../rule.ts";
import { isGiven } from "../unknown.ts";
import { valuesAt } from "./key-arguments.ts";

/** The only numbers of days that CloudWatch takes. */
const RETENTIONS: ReadonlySet<unknown> = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

export const logRetention: ResourceRule = {
  id: "POL-28",
  name: "log-group-retention",
  pins: "COMP-62, SEC-25",
  holds: "A log group has a key, and a retention without which its lines are kept for ever.",
  remedy: "Set retentionInDays from the sizing table, and kmsKeyId to the key logs.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check: ({ props }) => [
    () => !RETENTIONS.has(props.retentionInDays) && `retentionInDays is ${String(props.retentionInDays ?? "not set")}.`,
    !isGiven(props, "kmsKeyId") && "kmsKeyId is not set.",
  ],
};

export const trailComplete: ResourceRule = {
  id: "POL-9",
  name: "trail-complete",
  pins: "SEC-35, SEC-36",
  holds:
    "The trail covers every Region, global services and data events, validates its files, is encrypted and goes to CloudWatch as well.",
  remedy: "Set the named property as the specification says.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:cloudtrail/trail:Trail"],
  check: ({ props }) => [
    ...["isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation", "enableLogging"].map(
      (property) => () => props[property] !== true && `${property} is not true.`,
    ),
    ...["kmsKeyId", "s3BucketName", "cloudWatchLogsRoleArn"].map(
      (property) => !isGiven(props, property) && `${property} is not set.`,
    ),
    () => {
      const group = String(props.cloudWatchLogsGroupArn ?? "");
      // CloudTrail refuses the group's own ARN: it wants the one of its streams.
      return !group.endsWith(":*") && "cloudWatchLogsGroupArn does not end in `:*`.";
    },
    () => {
      const insights = valuesAt(props, "insightSelectors[].insightType");
      return ["ApiCallRateInsight", "ApiErrorRateInsight"].map(
        (insight) => !insights.includes(insight) && `insightSelectors lacks ${insight}.`,
      );
    },
    () => {
      if (props.eventSelectors !== undefined) return "eventSelectors excludes advancedEventSelectors.";
      const categories = valuesAt(props, "advancedEventSelectors[].fieldSelectors[].equals[]");
      // Advanced selectors replace the default: management events are recorded only where they are named.
      return ["Management", "AWS::S3::Object", "AWS::Lambda::Function"].map(
        (category) => !categories.includes(category) && `advancedEventSelectors lacks ${category}.`,
      );
    },
  ],
};
