import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  denyInsecureTransport,
  denyOtherAccounts,
  policyDocument,
  tagsFor,
  type Classification,
  type Statement,
} from "@records/conventions";
import type { Config } from "../config.ts";

/** Timeout of a consumer's function, seconds: a message stays hidden for six tries. */
const CONSUMER_TIMEOUT_SECONDS = 30;
const ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

export interface DeadLetterQueueArgs {
  config: Config;
  purpose: string;
  classification: Classification;
  /** AWS services that set aside here in their own name. */
  admits?: (queueArn: pulumi.Output<string>) => Statement[];
}

/** Where something goes that was given up on: 14 days, under key `events`. */
export function deadLetterQueue(
  parent: pulumi.Resource,
  { config, purpose, classification, admits }: DeadLetterQueueArgs,
) {
  const child = { parent };
  const queue = new aws.sqs.Queue(
    purpose,
    {
      name: config.name(`${purpose}-dlq`, "sqs"),
      kmsMasterKeyId: config.security.kmsKeyArns.events,
      kmsDataKeyReusePeriodSeconds: 300,
      messageRetentionSeconds: 1_209_600,
      visibilityTimeoutSeconds: 6 * CONSUMER_TIMEOUT_SECONDS,
      tags: tagsFor({ classification, retention: "transient-30d" }),
    },
    child,
  );
  const policy = new aws.sqs.QueuePolicy(
    purpose,
    {
      queueUrl: queue.url,
      policy: policyDocument([
        ...(admits?.(queue.arn) ?? []),
        denyInsecureTransport(ACTIONS, queue.arn),
        denyOtherAccounts(config.accountId, ACTIONS, queue.arn),
      ]),
    },
    child,
  );
  // It speaks of queues that hand on, and here functions and rules do: no queue may.
  new aws.sqs.RedriveAllowPolicy(
    purpose,
    { queueUrl: queue.url, redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) },
    child,
  );
  // EventBridge tries a queue when it is named to a rule: its policy must be there.
  return { arn: policy.id.apply(() => queue.arn), url: queue.url, name: queue.name };
}
