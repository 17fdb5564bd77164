import type { Cloud, Service } from "../../cloud.ts";
import { policy } from "./policy.ts";
import { scheduledAction } from "./scheduled-action.ts";
import { target } from "./target.ts";

/** Scaling targets, policies and schedules are recorded and checked: nothing measures load, the desired count stays. */
export function appautoscalingService(_cloud: Cloud): Service {
  return { name: "appautoscaling", resources: [target, policy, scheduledAction] };
}
