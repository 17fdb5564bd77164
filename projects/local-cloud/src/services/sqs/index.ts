import type { Cloud, Service } from "../../cloud.ts";
import { queuePolicy, redriveAllowPolicy } from "./policies.ts";
import { queue } from "./queue.ts";

/** Queues live in moto: what is sent can be received, once it was not deleted. */
export function sqsService(_cloud: Cloud): Service {
  return { name: "sqs", resources: [queue, queuePolicy, redriveAllowPolicy] };
}
