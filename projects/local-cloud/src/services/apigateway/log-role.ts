import { arn } from "../../identifiers.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";

/** What API Gateway does with the account's log role, for execution logs and access logs alike. */
const ACTIONS = [
  "CreateLogGroup",
  "CreateLogStream",
  "DescribeLogGroups",
  "DescribeLogStreams",
  "PutLogEvents",
  "GetLogEvents",
  "FilterLogEvents",
].map((operation) => `logs:${operation}`);

/** API Gateway tries the role when it is given. @returns AWS's refusal */
export function logRoleRefusal({ cloudwatchRoleArn }: Properties, cloud: Cloud): string | undefined {
  if (cloudwatchRoleArn === undefined || cloudwatchRoleArn === "") return undefined;
  const role = cloudwatchRoleArn as string;
  const resource = arn("logs", "log-group:API-Gateway-Execution-Logs_api/stage:log-stream:stream");
  const why =
    cloud.access.trustRefusal(role, "apigateway.amazonaws.com") ??
    cloud.access.roleRefusal(
      role,
      ACTIONS.map((action) => ({ action, resource })),
    );
  if (why === undefined) return undefined;
  return (
    "BadRequestException: The role ARN does not have required permissions configured. Please grant trust permission for " +
    `API Gateway and add the required role policy. ${why}`
  );
}
