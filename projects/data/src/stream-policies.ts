/** Who writes and who reads student events. Within an account a role's own policy is enough to be let in, so it is said as denials. */
import { ACCOUNT_ROLES, denyOtherAccounts, roleArn, type StackSettings, type Statement } from "@records/conventions";
import type { ConsumerPurpose } from "./stream-consumers.ts";

type Place = Pick<StackSettings, "accountId" | "applyRole" | "planRole" | "roleArn">;
type Resource = NonNullable<Statement["Resource"]>;

const ON_STREAM = [
  "kinesis:DescribeStreamSummary",
  "kinesis:GetRecords",
  "kinesis:GetShardIterator",
  "kinesis:ListShards",
  "kinesis:PutRecord",
  "kinesis:PutRecords",
];
const ON_CONSUMER = ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"];

export function streamStatements(place: Place, streamArn: Resource): Statement[] {
  return [
    onlyFor("OnlyTheRelayWrites", ["kinesis:PutRecord", "kinesis:PutRecords"], streamArn, [
      place.roleArn("relay-task"),
    ]),
    denyOtherAccounts(place.accountId, ON_STREAM, streamArn),
  ];
}

export function consumerStatements(place: Place, consumerArn: Resource, consumer: ConsumerPurpose): Statement[] {
  const reader = place.roleArn(`consumer-${consumer}`);
  // Pulumi looks at what it has made; compute hands the consumer to a function.
  const lookers = [
    ...(["data", "compute"] as const).flatMap((layer) => [place.applyRole(layer), place.planRole(layer)]),
    ACCOUNT_ROLES.bootstrap,
  ];
  return [
    onlyFor("OnlyItsFunctionReads", ["kinesis:SubscribeToShard"], consumerArn, [reader]),
    onlyFor("OnlyItsFunctionAndDeploymentsLook", ["kinesis:DescribeStreamConsumer"], consumerArn, [
      reader,
      ...lookers.map((name) => roleArn(place.accountId, name)),
    ]),
    denyOtherAccounts(place.accountId, ON_CONSUMER, consumerArn),
  ];
}

const onlyFor = (Sid: string, Action: string[], Resource: Resource, arns: string[]): Statement => ({
  Sid,
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource,
  Condition: { ArnNotLike: { "aws:PrincipalArn": arns } },
});
