/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesis.html */
import { arn } from "../../identifiers.ts";
import type { AccountView } from "../account-view.ts";
import { throughService } from "../keys.ts";
import { operations, type Input, type Use } from "../request.ts";

type KeyAction = "Decrypt" | "GenerateDataKey";

/** An iterator names its stream, in moto as on AWS, though only the service reads it there. */
const ofIterator = (iterator = ""): string => Buffer.from(iterator, "base64").toString().split(":")[0] ?? "";

const streamArn = ({ StreamARN, StreamName, ShardIterator }: Input): string =>
  (StreamARN as string | undefined) ??
  arn("kinesis", `stream/${String(StreamName ?? ofIterator(ShardIterator as string | undefined))}`);

const underKey = (account: AccountView, stream: string, actions: readonly KeyAction[]): readonly Use[] => {
  const keyId = account.byArn(stream)?.inputs.kmsKeyId as string | undefined;
  return throughService(account, "kinesis", keyId, actions, { "aws:kinesis:arn": stream });
};

const onStream =
  (operation: string, keyActions: readonly KeyAction[] = []) =>
  (input: Input, account: AccountView): readonly Use[] => {
    const resource = streamArn(input);
    return [{ action: `kinesis:${operation}`, resource }, ...underKey(account, resource, keyActions)];
  };

/** moto and policies write a consumer's ARN in two ways; the account knows the one that AWS gives. */
function consumerArn(account: AccountView, { ConsumerARN, ConsumerName, StreamARN }: Input): string {
  const given = String(ConsumerARN ?? `${String(StreamARN)}/consumer/${String(ConsumerName)}`);
  const known = account
    .ofType("aws:kinesis/streamConsumer:StreamConsumer")
    .find(({ id }) => id === given || id.replace(/:\d+$/, "") === given);
  return known?.id ?? given;
}

/** Reads as a registered consumer: an event source mapping does so for its function, nobody else here. */
export function readingAsConsumer(account: AccountView, consumer: string): readonly Use[] {
  return [
    { action: "kinesis:SubscribeToShard", resource: consumerArn(account, { ConsumerARN: consumer }) },
    ...underKey(account, consumer.replace(/\/consumer\/.*$/, ""), ["Decrypt"]),
  ];
}

/** What Lambda checks when a stream, or a consumer registered on it, is mapped to a function. */
export function mappingStream(account: AccountView, eventSource: string): readonly Use[] {
  const StreamARN = eventSource.replace(/\/consumer\/.*$/, "");
  const polling = ["DescribeStream", "ListShards", "GetShardIterator", "GetRecords"].flatMap((operation) =>
    onStream(operation)({ StreamARN }, account),
  );
  if (StreamARN === eventSource) return polling;
  const resource = consumerArn(account, { ConsumerARN: eventSource });
  return [
    ...polling,
    { action: "kinesis:DescribeStreamConsumer", resource },
    { action: "kinesis:SubscribeToShard", resource },
  ];
}

export const kinesis = operations({
  DescribeStream: onStream("DescribeStream"),
  DescribeStreamConsumer: (input, account) => [
    { action: "kinesis:DescribeStreamConsumer", resource: consumerArn(account, input) },
  ],
  DescribeStreamSummary: onStream("DescribeStreamSummary"),
  GetRecords: onStream("GetRecords", ["Decrypt"]),
  GetShardIterator: onStream("GetShardIterator"),
  ListShards: onStream("ListShards"),
  ListStreamConsumers: onStream("ListStreamConsumers"),
  ListStreams: () => [{ action: "kinesis:ListStreams", resource: "*" }],
  PutRecord: onStream("PutRecord", ["GenerateDataKey"]),
  PutRecords: onStream("PutRecords", ["GenerateDataKey"]),
  SubscribeToShard: (input, account) => readingAsConsumer(account, String(input.ConsumerARN ?? "")),
});
