import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyInsecureTransport, denyOtherAccounts, policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { keptByEngine } from "./protection.ts";

/** Timeout of the consumer's function, seconds: a message stays hidden for six tries. */
const CONSUMER_TIMEOUT_SECONDS = 30;
const TAGS = tagsFor({ classification: "pii", retention: "transient-30d" });

/** Registered consumers of student events: each reads at its own pace, with a place for what it gives up on. */
const CONSUMERS = {
  cacheInvalidator: "cache-invalidator",
  projector: "projector",
  webhookDispatcher: "webhook-dispatcher",
  archiver: "archiver",
  privacyWorker: "privacy-worker",
} as const;
type Consumer = keyof typeof CONSUMERS;
const eachConsumer = <T>(make: (purpose: string) => T) =>
  Object.fromEntries(Object.entries(CONSUMERS).map(([field, purpose]) => [field, make(purpose)])) as Record<
    Consumer,
    T
  >;

/** Student events in order per student, each consumer with a read capacity of its own and a place for what it gives up on. */
export class Streams extends pulumi.ComponentResource {
  readonly published;
  readonly deadLetterQueues;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Streams", name, {}, opts);
    const stream = this.createStream(config);
    const consumerArns = eachConsumer(
      (purpose) =>
        new aws.kinesis.StreamConsumer(
          purpose,
          { name: config.name(purpose, "kinesis"), streamArn: stream.arn, tags: TAGS },
          { parent: this },
        ).arn,
    );
    this.published = { studentEvents: { name: stream.name, arn: stream.arn, consumerArns } };
    this.deadLetterQueues = {
      ...eachConsumer((purpose) => this.createDeadLetterQueue(config, purpose)),
      alarms: this.createDeadLetterQueue(config, "alarms"),
    };
    this.registerOutputs({ stream: stream.arn });
  }

  private createStream(config: Config): aws.kinesis.Stream {
    const { mode, shards, retentionHours } = config.sizing.stream;
    const stream = new aws.kinesis.Stream(
      "student-events",
      {
        name: config.name("student-events", "kinesis"),
        encryptionType: "KMS",
        kmsKeyId: config.security.kmsKeyArns.events,
        streamModeDetails: { streamMode: mode },
        shardCount: shards ?? undefined,
        retentionPeriod: retentionHours,
        shardLevelMetrics:
          mode === "PROVISIONED"
            ? ["IteratorAgeMilliseconds", "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"]
            : undefined,
        enforceConsumerDeletion: config.sizing.disposable,
        tags: TAGS,
      },
      { parent: this, ...keptByEngine(config.sizing) },
    );
    new aws.kinesis.ResourcePolicy(
      "student-events",
      {
        resourceArn: stream.arn,
        policy: policyDocument([
          {
            Sid: "OnlyTheRelayWrites",
            Effect: "Deny",
            Principal: "*",
            Action: ["kinesis:PutRecord", "kinesis:PutRecords"],
            Resource: stream.arn,
            Condition: { ArnNotLike: { "aws:PrincipalArn": config.roleArn("relay-task") } },
          },
          denyOtherAccounts(
            config.accountId,
            ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
            stream.arn,
          ),
        ]),
      },
      { parent: this },
    );
    return stream;
  }

  private createDeadLetterQueue(config: Config, consumer: string) {
    const queue = new aws.sqs.Queue(
      consumer,
      {
        name: config.name(`${consumer}-dlq`, "sqs"),
        kmsMasterKeyId: config.security.kmsKeyArns.events,
        kmsDataKeyReusePeriodSeconds: 300,
        messageRetentionSeconds: 1_209_600,
        visibilityTimeoutSeconds: 6 * CONSUMER_TIMEOUT_SECONDS,
        tags: TAGS,
      },
      { parent: this },
    );
    const actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    new aws.sqs.QueuePolicy(
      consumer,
      {
        queueUrl: queue.url,
        policy: policyDocument([
          denyInsecureTransport(actions, queue.arn),
          denyOtherAccounts(config.accountId, actions, queue.arn),
        ]),
      },
      { parent: this },
    );
    return { arn: queue.arn, url: queue.url };
  }
}
