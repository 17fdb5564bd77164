import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { ConsumerSpec } from "./consumer-table.ts";
import { FUNCTION_POLICIES } from "./function.ts";
import { readSecrets, SEND_TRACES, useKey } from "./grants.ts";
import { ServiceRole } from "./service-role.ts";

/** Reads the one stream through its own registration, and sends failures to its own queue. */
export function consumerRole(config: Config, consumer: ConsumerSpec, parent: pulumi.Resource): ServiceRole {
  const { data, security } = config;
  const stream = data.streams.studentEvents;
  const { events } = security.kmsKeyArns;
  return new ServiceRole(
    config,
    {
      role: consumer.role,
      service: "lambda",
      managedPolicies: FUNCTION_POLICIES,
      statements: [
        ...readSecrets(config, consumer.secretArns(config)),
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
          Resource: stream.consumerArns[consumer.name],
        },
        useKey(config, "DecryptEvents", ["kms:Decrypt"], events, "kinesis"),
        { Sid: "SetAsideFailures", Action: ["sqs:SendMessage"], Resource: data.deadLetterQueues[consumer.name].arn },
        useKey(config, "EncryptFailures", ["kms:GenerateDataKey", "kms:Decrypt"], events, "sqs"),
        ...(consumer.statements?.(config) ?? []),
        SEND_TRACES,
      ],
    },
    { parent },
  );
}
