import type { Cloud, Service } from "../../cloud.ts";
import { eventOfCall } from "./api-call-event.ts";
import { handleEventsCall } from "./api.ts";
import { EventBus } from "./bus.ts";
import { newEvent } from "./event.ts";
import { eventRule } from "./rule.ts";
import { eventTarget } from "./target.ts";

/** EventBridge: rules decide about the events that are put on the account's bus, and their targets get them. */
export function eventsService(cloud: Cloud): Service {
  const bus = new EventBus(cloud);
  return {
    name: "events",
    resources: [eventRule, eventTarget],
    api: { service: "events", handle: (request) => handleEventsCall(bus, request) },
    onCall: (call) => {
      const facts = eventOfCall(call, new Date());
      if (facts !== undefined) bus.put(newEvent(facts));
    },
    start: async () => bus.start(),
    stop: () => bus.stop(),
  };
}
