/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
import { arn } from "../../identifiers.ts";
import { operations, type Input, type Use } from "../request.ts";

/** Of a group the service asks by the form that a stream's ARN begins with: policies end in `:*` for that. */
const streamArn = (group: string, stream = ""): string => arn("logs", `log-group:${group}:log-stream:${stream}`);

const groupOf = ({ logGroupName, logGroupIdentifier }: Input): string =>
  String(logGroupName ?? String(logGroupIdentifier ?? "").replace(/^arn:aws:logs:[^:]*:\d*:log-group:/, ""));

const onGroup =
  (operation: string) =>
  (input: Input): readonly Use[] => [{ action: `logs:${operation}`, resource: streamArn(groupOf(input)) }];

const onStream =
  (operation: string) =>
  (input: Input): readonly Use[] => [
    { action: `logs:${operation}`, resource: streamArn(groupOf(input), String(input.logStreamName ?? "")) },
  ];

/** What whoever writes a container's or a function's output does. */
export function writingLog(group: string, stream: string): readonly Use[] {
  return ["CreateLogStream", "PutLogEvents"].flatMap((operation) =>
    onStream(operation)({ logGroupName: group, logStreamName: stream }),
  );
}

function startQuery(input: Input): readonly Use[] {
  const names = (input.logGroupNames ?? [groupOf(input)]) as readonly string[];
  return names.flatMap((logGroupName) => onGroup("StartQuery")({ logGroupName }));
}

export const logs = operations({
  CreateLogStream: onStream("CreateLogStream"),
  DescribeLogGroups: () => [{ action: "logs:DescribeLogGroups", resource: streamArn("") }],
  DescribeLogStreams: onGroup("DescribeLogStreams"),
  FilterLogEvents: onGroup("FilterLogEvents"),
  GetLogEvents: onStream("GetLogEvents"),
  GetQueryResults: () => [{ action: "logs:GetQueryResults", resource: "*" }],
  PutLogEvents: onStream("PutLogEvents"),
  StartQuery: startQuery,
});
