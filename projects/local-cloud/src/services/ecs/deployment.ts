import { randomInt } from "node:crypto";
import type { Cloud } from "../../cloud.ts";
import type { CloudwatchService } from "../cloudwatch/index.ts";

export interface Deployment {
  readonly id: string;
  readonly taskDefinitionArn: string;
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  failedTasks: number;
  /** Tasks of a deployment that was rolled back to are never given up. */
  rolledBackTo?: boolean;
  /** Alarms that were raised when it began: it may be what mends them, so they do not undo it. */
  readonly alarmsAtStart?: readonly string[];
}

export interface DeploymentAlarms {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly names: readonly string[];
}

export function newDeployment(taskDefinitionArn: string, alarmsAtStart: readonly string[]): Deployment {
  const digits = `${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`;
  return { id: `ecs-svc/${digits}`, taskDefinitionArn, rolloutState: "IN_PROGRESS", failedTasks: 0, alarmsAtStart };
}

/** Whether it may still be given up for what happens to it. */
export function isWatched({ rolloutState, rolledBackTo }: Deployment): boolean {
  return rolloutState === "IN_PROGRESS" && rolledBackTo !== true;
}

export function raisedAlarms(cloud: Cloud, { enable, names }: DeploymentAlarms): readonly string[] {
  if (!enable) return [];
  const cloudwatch = cloud.service<CloudwatchService>("cloudwatch");
  return names.filter((name) => cloudwatch.stateOf(name) === "ALARM");
}

/** What whoever waits for the service is told. */
export function failureOf(serviceArn: string, why: string, previous: Deployment | undefined): string {
  const back = previous === undefined ? "" : ` The service is rolled back to ${previous.taskDefinitionArn}.`;
  return `waiting for ECS Service (${serviceArn}) to reach a steady state: ${why}.${back}`;
}
