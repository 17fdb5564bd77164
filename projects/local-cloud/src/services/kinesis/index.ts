import type { Cloud, Service } from "../../cloud.ts";
import { resourcePolicy } from "./resource-policy.ts";
import { streamConsumer } from "./stream-consumer.ts";
import { stream } from "./stream.ts";

/** Streams live in moto: shards, iterators and records as the SDK knows them. */
export function kinesisService(_cloud: Cloud): Service {
  return { name: "kinesis", resources: [stream, streamConsumer, resourcePolicy] };
}
