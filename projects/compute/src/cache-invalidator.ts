import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CacheInvalidatorEnvironment } from "@records/contracts";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { consumerConcurrency, PARALLELIZATION } from "./consumer-concurrency.ts";
import { functionEnvironment } from "./environment.ts";
import { FUNCTION_POLICIES, privateFunction, type PrivateFunction } from "./function.ts";
import { readSecrets, SEND_TRACES, useKey } from "./grants.ts";
import { ServiceRole } from "./service-role.ts";

/** Raises the cache's markers from the event stream, so that what was changed is not read from the cache again. */
export class CacheInvalidator extends pulumi.ComponentResource {
  readonly published: PrivateFunction["published"];

  constructor(name: string, config: Config, args: { after: readonly pulumi.Resource[] }) {
    super("srs:compute:CacheInvalidator", name);
    const { settings, security, data, network } = config;
    const role = consumerRole(config, this);
    const { lambda, published } = privateFunction(
      config,
      {
        purpose: "consumer-cache-invalidator",
        role,
        folder: config.artifacts.cacheInvalidatorFolder,
        environment: functionEnvironment<CacheInvalidatorEnvironment>({
          ENVIRONMENT: settings.suffix,
          CACHE_HOST: data.cache.primaryEndpoint,
          CACHE_PORT: data.cache.port,
          CACHE_SECRET_ARN: data.secretArns.cacheInvalidator,
        }),
        securityGroupId: network.securityGroupIds.consumer,
        timeoutSeconds: 30,
        memoryMiB: 512,
        concurrency: consumerConcurrency(settings.sizing.stream.shards),
        classification: "pii",
      },
      { parent: this },
    );
    const live = new aws.lambda.Alias(
      "cache-invalidator-live",
      { name: "live", functionName: lambda.name, functionVersion: lambda.version },
      { parent: this },
    );
    new aws.lambda.FunctionRecursionConfig(
      "cache-invalidator",
      { functionName: lambda.name, recursiveLoop: "Terminate" },
      { parent: this },
    );
    new aws.lambda.EventSourceMapping(
      "cache-invalidator",
      {
        functionName: live.arn,
        // The registered consumer: its own two megabytes a second of each shard, whatever others read.
        eventSourceArn: data.streams.studentEvents.consumerArns.cacheInvalidator,
        startingPosition: "TRIM_HORIZON",
        batchSize: 200,
        maximumBatchingWindowInSeconds: 1,
        parallelizationFactor: PARALLELIZATION,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 5,
        maximumRecordAgeInSeconds: 86_400,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: data.deadLetterQueues.cacheInvalidator.arn } },
        kmsKeyArn: security.kmsKeyArns.compute,
        metricsConfig: { metrics: ["EventCount"] },
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: [...role.grants, ...args.after] },
    );
    this.published = published;
    this.registerOutputs(published);
  }
}

function consumerRole(config: Config, parent: pulumi.Resource): ServiceRole {
  const { data, security } = config;
  const stream = data.streams.studentEvents;
  const { events } = security.kmsKeyArns;
  return new ServiceRole(
    config,
    {
      role: "consumer-cache-invalidator",
      service: "lambda",
      managedPolicies: FUNCTION_POLICIES,
      statements: [
        ...readSecrets(config, [data.secretArns.cacheInvalidator]),
        {
          // Lambda checks these when the mapping is made, although a registered consumer is read otherwise.
          Sid: "ReadStream",
          Action: [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:ListShards",
            "kinesis:GetShardIterator",
            "kinesis:GetRecords",
          ],
          Resource: stream.arn,
        },
        {
          Sid: "ReadAsRegisteredConsumer",
          Action: ["kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"],
          Resource: stream.consumerArns.cacheInvalidator,
        },
        useKey(config, "DecryptEvents", ["kms:Decrypt"], events, "kinesis"),
        {
          Sid: "SetAsideFailures",
          Action: ["sqs:SendMessage"],
          Resource: data.deadLetterQueues.cacheInvalidator.arn,
        },
        useKey(config, "EncryptFailures", ["kms:GenerateDataKey", "kms:Decrypt"], events, "sqs"),
        SEND_TRACES,
      ],
    },
    { parent },
  );
}
