import {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  KinesisClient,
  RegisterStreamConsumerCommand,
} from "@aws-sdk/client-kinesis";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";
import { MISSING } from "./stream.ts";

/** moto leaves out what AWS ends the ARN with, the time of creation; policies are written for AWS's form. */
const atMoto = (consumerArn: string): string => consumerArn.replace(/:[0-9]+$/, "");

export async function isRegistered(cloud: Cloud, consumerArn: string): Promise<boolean> {
  const described = new DescribeStreamConsumerCommand({ ConsumerARN: atMoto(consumerArn) });
  return (await unlessMissing(clientOf(cloud, KinesisClient).send(described), MISSING)) !== undefined;
}

/** A registered consumer: its name and ARN, which event source mappings and policies refer to. */
export const streamConsumer: ResourceType = {
  token: "aws:kinesis/streamConsumer:StreamConsumer",
  replaceOnChanges: ["name", "streamArn"],
  computed: ["arn", "creationTimestamp"],
  autoName: "name",
  uniqueBy: ["name", "streamArn"],
  check: ({ name }) =>
    failures((refuse) => {
      if (known(name) && !/^[a-zA-Z0-9_.-]{1,128}$/.test(name))
        refuse("name", `ValidationException: "${name}" may hold letters, digits, _ . and -, at most 128.`);
    }),
  create: async ({ name, streamArn }, cloud) => {
    const { Consumer } = await clientOf(cloud, KinesisClient).send(
      new RegisterStreamConsumerCommand({ ConsumerName: name as string, StreamARN: streamArn as string }),
    );
    if (Consumer?.ConsumerARN === undefined) throw new Error("Kinesis registered a consumer and gave it no ARN.");
    const createdAt = Consumer.ConsumerCreationTimestamp ?? new Date();
    const id = `${atMoto(Consumer.ConsumerARN)}:${Math.floor(createdAt.getTime() / 1000)}`;
    return { id, outputs: { arn: id, creationTimestamp: createdAt.toISOString() } };
  },
  read: async ({ id }, cloud) => {
    const call = clientOf(cloud, KinesisClient).send(new DescribeStreamConsumerCommand({ ConsumerARN: atMoto(id) }));
    const found = await unlessMissing(call, MISSING);
    const { ConsumerName, StreamARN, ConsumerStatus } = found?.ConsumerDescription ?? {};
    if (ConsumerName === undefined || ConsumerStatus === "DELETING") return undefined;
    return { arn: id, name: ConsumerName, streamArn: StreamARN };
  },
  delete: async ({ id }, cloud) => {
    const call = clientOf(cloud, KinesisClient).send(new DeregisterStreamConsumerCommand({ ConsumerARN: atMoto(id) }));
    await unlessMissing(call, MISSING);
  },
};
