import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from "@aws-sdk/client-sqs";
import { OPERATOR_ARN } from "../../src/runtime/credentials.ts";
import { eventsService } from "../../src/services/events/index.ts";
import { kmsService } from "../../src/services/kms/index.ts";
import { s3Service } from "../../src/services/s3/index.ts";
import { snsService } from "../../src/services/sns/index.ts";
import { sqsService } from "../../src/services/sqs/index.ts";
import { eventually } from "../support/eventually.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const EVENT_BRIDGE = { Service: "events.amazonaws.com" };

export interface PutResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
}

/** A cloud with EventBridge, queues and topics, and what a test of it needs to say often. */
export class EventWorld {
  readonly cloud: TestCloud;
  readonly resources: Resources;
  readonly #sqs: SQSClient;

  private constructor(cloud: TestCloud) {
    this.cloud = cloud;
    this.resources = new Resources(cloud);
    this.#sqs = new SQSClient(cloud.sdk);
  }

  static async start(services = [kmsService, s3Service, sqsService, snsService, eventsService]): Promise<EventWorld> {
    return new EventWorld(await startTestCloud(services));
  }

  /** As `PutEvents` arrives at the service, once its signature is checked. */
  async put(entries: readonly object[], principalArn: string = OPERATOR_ARN): Promise<PutResult> {
    const { api } = this.cloud.services.find(({ name }) => name === "events")!;
    const answer = await api!.handle({
      ...{ service: "events", action: "PutEvents", principalArn, method: "POST", path: "/", headers: {} },
      body: Buffer.from(JSON.stringify({ Entries: entries })),
    });
    return JSON.parse(String(answer!.body)) as PutResult;
  }

  async putOne(detail: object, source = "srs.test"): Promise<string> {
    const { Entries } = await this.put([{ Source: source, DetailType: "test", Detail: JSON.stringify(detail) }]);
    return Entries[0]!.EventId!;
  }

  /** A queue that takes what EventBridge brings. */
  async queue(name: string, settings: Record<string, unknown> = {}): Promise<MadeResource> {
    const queue = await this.resources.create("aws:sqs/queue:Queue", name, { name, ...settings });
    await this.resources.create("aws:sqs/queuePolicy:QueuePolicy", name, {
      queueUrl: queue.id,
      policy: policyFor(queue.outputs.arn as string, "sqs:SendMessage", {
        ArnLike: { "aws:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/*" },
      }),
    });
    return queue;
  }

  /** A rule for events of one source, with one target. */
  async rule(name: string, target: Record<string, unknown>, pattern: object = { source: [`test.${name}`] }) {
    const rule = await this.resources.create("aws:cloudwatch/eventRule:EventRule", name, {
      ...{ name, eventPattern: JSON.stringify(pattern) },
    });
    await this.resources.create("aws:cloudwatch/eventTarget:EventTarget", name, { rule: name, ...target });
    return rule;
  }

  /** The next message, taken off the queue. */
  async next(queue: MadeResource): Promise<Message> {
    return eventually(async () => {
      const { Messages } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.id, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 }),
      );
      const [message] = Messages ?? [];
      if (message === undefined) throw new Error(`There is nothing in ${queue.id}.`);
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: queue.id, ReceiptHandle: message.ReceiptHandle }));
      return message;
    });
  }
}

export function policyFor(resource: string, action: string, condition?: object): string {
  const statement = { Effect: "Allow", Principal: EVENT_BRIDGE, Action: action, Resource: resource };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ ...statement, ...(condition !== undefined && { Condition: condition }) }],
  });
}

/** Attributes of a dead letter, as plain text. */
export function attributesOf({ MessageAttributes }: Message): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, value.StringValue]));
}
