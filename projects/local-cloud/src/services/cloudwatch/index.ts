import type { Cloud, Service } from "../../cloud.ts";
import { cloudwatchResources } from "./resources.ts";

/** Alarms and metric filters are recorded and checked; log groups are the service `logs`, event rules `events`. */
export function cloudwatchService(_cloud: Cloud): Service {
  return { name: "cloudwatch", resources: cloudwatchResources };
}
