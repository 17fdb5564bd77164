import type { NetworkPlace } from "../../network-path/network-paths.ts";
import type { DeploymentAlarms } from "./deployment.ts";
import type { Bounds } from "./rollout.ts";

/** What the program wants of a service, as its scheduler reads it. */
export interface ServiceSettings {
  readonly arn: string;
  readonly name: string;
  readonly taskDefinitionArn: string;
  readonly bounds: Bounds;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly alarms: DeploymentAlarms;
  readonly targetGroupArns: readonly string[];
  /** By target group: the port of the container that its traffic goes to. */
  readonly containerPorts: Readonly<Record<string, number>>;
  readonly place: NetworkPlace;
  readonly gracePeriodMs: number;
}
