import type { Cloud, Service } from "../../cloud.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { logGroup } from "./log-group.ts";
import { logDataProtectionPolicy, logResourcePolicy } from "./policies.ts";

/** Log groups live in moto; what tasks, functions and gateways write is in files, and can be searched through the API. */
export function logsService(cloud: Cloud): Service {
  return {
    name: "logs",
    resources: [logGroup, logResourcePolicy, logDataProtectionPolicy],
    api: { service: "logs", handle: filterLogEvents(cloud) },
  };
}
