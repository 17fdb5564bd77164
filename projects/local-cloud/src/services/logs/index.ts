import type { Cloud, Service } from "../../cloud.ts";
import { logDataProtectionPolicy } from "./data-protection.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { logGroup } from "./log-group.ts";
import { logResourcePolicy } from "./policies.ts";
import { queryDefinition } from "./query-definition.ts";

/**
 * Log groups live in moto, for whoever writes to them with the SDK.
 * Output of tasks and functions goes to files; `FilterLogEvents` searches these.
 */
export function logsService(cloud: Cloud): Service {
  return {
    name: "logs",
    resources: [logGroup, logResourcePolicy, logDataProtectionPolicy, queryDefinition],
    api: { service: "logs", handle: filterLogEvents(cloud) },
  };
}
