import type { Cloud, Service } from "../../cloud.ts";
import { cloudwatchResources } from "./resources.ts";

/** Alarms, metric filters and event rules are recorded and checked; log groups are the service `logs`. */
export function cloudwatchService(_cloud: Cloud): Service {
  return { name: "cloudwatch", resources: cloudwatchResources };
}
