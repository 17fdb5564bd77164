import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { consumerConcurrency, PARALLELIZATION } from "./consumer-concurrency.ts";
import { consumerRole } from "./consumer-role.ts";
import { CONSUMERS, type ConsumerSpec } from "./consumer-table.ts";
import { privateFunction, type PrivateFunction } from "./function.ts";

/** Functions that follow the stream of student events, each at its own pace and with its own place for what it gives up. */
export class Consumers extends pulumi.ComponentResource {
  /** By the contract's name of the consumer. */
  readonly published: Readonly<Record<string, PrivateFunction["published"]>>;

  constructor(name: string, config: Config, args: { after: readonly pulumi.Resource[] }) {
    super("srs:compute:Consumers", name);
    this.published = Object.fromEntries(
      CONSUMERS.map((consumer) => [consumer.name, this.#follow(config, consumer, args.after)]),
    );
    this.registerOutputs({ names: Object.keys(this.published) });
  }

  #follow(config: Config, consumer: ConsumerSpec, after: readonly pulumi.Resource[]): PrivateFunction["published"] {
    const { settings, security, data, network, artifacts } = config;
    const { name, purpose } = consumer;
    const role = consumerRole(config, consumer, this);
    const { live, published } = privateFunction(
      config,
      {
        purpose: `consumer-${purpose}`,
        role,
        folder: artifacts.consumerFolder(purpose),
        environment: consumer.environment(config),
        securityGroupId: network.securityGroupIds.consumer,
        timeoutSeconds: 30,
        memoryMiB: 512,
        concurrency: consumerConcurrency(settings.sizing.stream.shards),
        classification: "pii",
      },
      { parent: this },
    );
    new aws.lambda.EventSourceMapping(
      purpose,
      {
        functionName: live.arn,
        // The registered consumer: its own two megabytes a second of each shard, whatever others read.
        eventSourceArn: data.streams.studentEvents.consumerArns[name],
        startingPosition: "TRIM_HORIZON",
        batchSize: 200,
        maximumBatchingWindowInSeconds: 1,
        parallelizationFactor: PARALLELIZATION,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 5,
        maximumRecordAgeInSeconds: 86_400,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: data.deadLetterQueues[name].arn } },
        kmsKeyArn: security.kmsKeyArns.compute,
        metricsConfig: { metrics: ["EventCount"] },
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: [...role.grants, ...after] },
    );
    return published;
  }
}
