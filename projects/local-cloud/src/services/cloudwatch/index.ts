import type { Cloud, Service } from "../../cloud.ts";
import { AlarmStates, type AlarmState } from "./alarm-states.ts";
import { cloudwatchResources } from "./resources.ts";

export type { AlarmState } from "./alarm-states.ts";

/** What other services of the cloud ask of CloudWatch. */
export interface CloudwatchService extends Service {
  /** @returns undefined when there is no such alarm */
  stateOf(alarmName: string): AlarmState | undefined;
}

/** Alarms and metric filters are recorded and checked; log groups are the service `logs`, event rules `events`. */
export function cloudwatchService(cloud: Cloud): CloudwatchService {
  const states = new AlarmStates(cloud);
  return {
    name: "cloudwatch",
    resources: cloudwatchResources,
    api: { service: "monitoring", handle: states.handle },
    stateOf: (alarmName) => states.stateOf(alarmName),
  };
}
