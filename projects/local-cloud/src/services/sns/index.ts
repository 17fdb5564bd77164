import type { Cloud, Service } from "../../cloud.ts";
import { topicPolicy } from "./topic-policy.ts";
import { topicSubscription } from "./topic-subscription.ts";
import { topic } from "./topic.ts";

/** Topics live in moto: what is published arrives in the queues that subscribed. */
export function snsService(_cloud: Cloud): Service {
  return { name: "sns", resources: [topic, topicPolicy, topicSubscription] };
}
