/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
import { arn } from "../../identifiers.ts";
import { given, operations } from "../request.ts";

const everywhere = (operation: string) => () => [{ action: `cloudwatch:${operation}`, resource: "*" }];

export const cloudwatch = operations({
  DescribeAlarms: (input) => {
    const names = (input.AlarmNames ?? []) as readonly string[];
    const resources =
      names.length === 0 ? [arn("cloudwatch", "alarm:*")] : names.map((name) => arn("cloudwatch", `alarm:${name}`));
    return resources.map((resource) => ({ action: "cloudwatch:DescribeAlarms", resource }));
  },
  GetMetricData: everywhere("GetMetricData"),
  GetMetricStatistics: everywhere("GetMetricStatistics"),
  ListMetrics: everywhere("ListMetrics"),
  PutMetricData: (input) => [
    { action: "cloudwatch:PutMetricData", resource: "*", context: given("cloudwatch:namespace", input.Namespace) },
  ],
});
