import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { deadLetterQueue } from "./dead-letter-queue.ts";
import { keptByEngine } from "./protection.ts";
import { eachConsumer, type ConsumerPurpose } from "./stream-consumers.ts";
import { consumerStatements, streamStatements } from "./stream-policies.ts";

const TAGS = tagsFor({ classification: "pii", retention: "transient-30d" });

/** Student events in order per student, each consumer with a read capacity of its own and a place for what it gives up on. */
export class Streams extends pulumi.ComponentResource {
  readonly published;
  readonly deadLetterQueues;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Streams", name, {}, opts);
    const stream = this.createStream(config);
    const consumerArns = eachConsumer((purpose) => this.createConsumer(config, stream, purpose).arn);
    this.published = { studentEvents: { name: stream.name, arn: stream.arn, consumerArns } };
    this.deadLetterQueues = eachConsumer((purpose) => {
      const { arn, url } = deadLetterQueue(this, { config, purpose, classification: "pii" });
      return { arn, url };
    });
    this.registerOutputs({ stream: stream.arn });
  }

  private createStream(config: Config): aws.kinesis.Stream {
    const { mode, shards, retentionHours, deletesConsumers } = config.sizing.stream;
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
        enforceConsumerDeletion: deletesConsumers,
        tags: TAGS,
      },
      { parent: this, ...keptByEngine(config.sizing) },
    );
    new aws.kinesis.ResourcePolicy(
      "student-events",
      { resourceArn: stream.arn, policy: policyDocument(streamStatements(config, stream.arn)) },
      { parent: this },
    );
    return stream;
  }

  private createConsumer(config: Config, stream: aws.kinesis.Stream, purpose: ConsumerPurpose) {
    const consumer = new aws.kinesis.StreamConsumer(
      purpose,
      { name: config.name(purpose, "kinesis"), streamArn: stream.arn, tags: TAGS },
      { parent: this },
    );
    new aws.kinesis.ResourcePolicy(
      purpose,
      { resourceArn: consumer.arn, policy: policyDocument(consumerStatements(config, consumer.arn, purpose)) },
      { parent: this },
    );
    return consumer;
  }
}
