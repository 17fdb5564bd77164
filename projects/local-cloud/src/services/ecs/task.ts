import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Address, Cloud } from "../../cloud.ts";
import type { NetworkPlace } from "../../network-path/network-paths.ts";
import type { Elbv2Service } from "../elbv2/index.ts";
import { checkTimes, HealthWatch, healthCommand, runHealthCommand, type ContainerHealth } from "./container-health.ts";
import type { TaskDefinition, TaskDefinitions } from "./task-definition.ts";
import { requireStartPaths } from "./task-network.ts";
import { requireStartRoles } from "./start-roles.ts";
import { removeScratch, taskProcess, type TaskIdentity, type TaskProcess } from "./task-process.ts";

/** What is kept of a task over a restart of the cloud. Its environment is not: it may hold secrets. */
export interface SavedTask extends TaskIdentity {
  readonly deploymentId: string;
  readonly taskDefinitionArn: string;
  readonly startedAt: number;
  readonly wasHealthy: boolean;
}

/**
 * A task that nothing checks counts from here on. On AWS its process has run for seconds when the task is RUNNING;
 * one that ends within them never was.
 */
const UNCHECKED_TASK_SETTLES_MS = 3_000;

export type TaskCondition = "pending" | "healthy" | "unhealthy" | "ended";

export interface TaskSurroundings {
  readonly cloud: Cloud;
  readonly elbv2: Elbv2Service;
  readonly definitions: TaskDefinitions;
  readonly targetGroupArns: readonly string[];
  readonly containerPorts: Readonly<Record<string, number>>;
  /** Where the task's interface is. */
  readonly place: NetworkPlace;
  /** Health checks do not count against a task before this. */
  readonly gracePeriodMs: number;
  /** Something about the task is different now. */
  readonly onChange: () => void;
}

export async function newTask(
  cloud: Cloud,
  service: string,
  deployment: { id: string; taskDefinitionArn: string },
): Promise<SavedTask> {
  const id = randomBytes(16).toString("hex");
  return {
    id,
    processName: `ecs-${service}-${id.slice(0, 8)}`,
    port: await cloud.ports.allocate(portPurpose(id)),
    deploymentId: deployment.id,
    taskDefinitionArn: deployment.taskDefinitionArn,
    startedAt: Date.now(),
    wasHealthy: false,
  };
}

const portPurpose = (taskId: string): string => `ecs-task ${taskId}`;

/** One task of a service, from its start or adoption to its end. */
export class Task {
  readonly id: string;
  readonly deploymentId: string;
  #saved: SavedTask;
  readonly #around: TaskSurroundings;
  #ready: Promise<void> = Promise.resolve();
  #watch: HealthWatch | undefined;
  #checksContainer = false;
  #starting = true;
  #released = false;
  #stopped: Promise<void> | undefined;
  #endReason: string | undefined;
  readonly #unsubscribe: (() => void)[] = [];
  #detach: (() => void) | undefined;

  private constructor(saved: SavedTask, around: TaskSurroundings) {
    this.id = saved.id;
    this.deploymentId = saved.deploymentId;
    this.#saved = saved;
    this.#around = around;
  }

  static start(saved: SavedTask, around: TaskSurroundings): Task {
    const task = new Task(saved, around);
    task.#ready = task.#begin().catch((error: unknown) => {
      task.#endReason = (error as Error).message;
      around.onChange();
    });
    return task;
  }

  /** A task that an earlier cloud started; one that died meanwhile is `ended` at once. */
  static adopt(saved: SavedTask, around: TaskSurroundings): Task {
    const task = new Task(saved, around);
    if (around.cloud.processes.get(saved.processName)?.alive !== true) {
      task.#endReason = "Essential container in task exited while the cloud was down";
      return task;
    }
    task.#ready = task.#live().catch((error: unknown) => {
      // It serves all the same; only its own check cannot be run, and that is said.
      around.cloud.log(
        `${saved.processName}: its health check cannot be run after the restart: ${(error as Error).message}`,
      );
      task.#checksContainer = false;
    });
    return task;
  }

  get saved(): SavedTask {
    return this.#saved;
  }
  get stopping(): boolean {
    return this.#stopped !== undefined;
  }
  get endReason(): string | undefined {
    return this.#endReason;
  }
  get containerHealth(): ContainerHealth {
    return this.#watch?.health ?? "UNKNOWN";
  }
  get address(): Address {
    return { host: "127.0.0.1", port: this.#saved.port };
  }

  get condition(): TaskCondition {
    if (this.#endReason !== undefined) return "ended";
    if (this.#starting) return "pending";
    const targets = this.#around.targetGroupArns.map((arn) => this.#around.elbv2.targetHealth(arn, this.address));
    const inGrace = Date.now() - this.#saved.startedAt < this.#around.gracePeriodMs;
    if (!inGrace && (this.containerHealth === "UNHEALTHY" || targets.includes("unhealthy"))) return "unhealthy";
    const containerOk = !this.#checksContainer || this.containerHealth === "HEALTHY";
    if (!containerOk || !targets.every((status) => status === "healthy")) return "pending";
    const unchecked = !this.#checksContainer && targets.length === 0 && !this.#saved.wasHealthy;
    if (unchecked && Date.now() - this.#saved.startedAt < UNCHECKED_TASK_SETTLES_MS) return "pending";
    return "healthy";
  }

  /** Its condition now; once it was healthy, that is remembered. */
  observe(): TaskCondition {
    const { condition } = this;
    if (condition === "healthy" && !this.#saved.wasHealthy) this.#saved = { ...this.#saved, wasHealthy: true };
    return condition;
  }

  /** The supervisor's word that the process is gone without having been told to. */
  exited(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ?? (code === null ? "exit code unknown" : `exit code ${code}`);
    const logFile = join(this.#around.cloud.home, "logs", `${this.#saved.processName}.log`);
    this.#endReason ??= `Essential container in task exited (${how}); its log: ${logFile}`;
    this.#around.onChange();
  }

  /** Out of the load balancer, then the stop signal, then SIGKILL; nothing of the task is left when it resolves. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  /** Lets go of the task without touching its process; one that is being started is either there or not begun then. */
  async release(): Promise<void> {
    this.#released = true;
    await this.#ready;
    this.#watch?.stop();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  async #begin(): Promise<void> {
    const { cloud } = this.#around;
    const definition = this.#definition();
    requireStartPaths(cloud, this.#around.place, definition);
    requireStartRoles(cloud, this.id, definition);
    const process = await taskProcess(cloud, this.#saved, definition);
    if (this.#released) return;
    this.#attach();
    await cloud.processes.ensure(process.spec);
    this.#enterService(definition, process);
  }

  async #live(): Promise<void> {
    this.#starting = false;
    this.#attach();
    this.#register();
    const definition = this.#definition();
    this.#checksContainer = definition.container.healthCheck !== undefined;
    if (this.#checksContainer)
      this.#watchHealth(definition, await taskProcess(this.#around.cloud, this.#saved, definition));
  }

  #enterService(definition: TaskDefinition, process: TaskProcess): void {
    this.#starting = false;
    this.#checksContainer = definition.container.healthCheck !== undefined;
    if (this.#released || this.#endReason !== undefined) return;
    this.#register();
    this.#watchHealth(definition, process);
    this.#around.onChange();
  }

  /** What the process connects to, it connects to from its task's place in the network. */
  #attach(): void {
    const { cloud, place } = this.#around;
    const { processName } = this.#saved;
    this.#detach = cloud.network.attach(place, () => cloud.processes.get(processName)?.pid);
  }

  #register(): void {
    const { place, containerPorts } = this.#around;
    for (const arn of this.#around.targetGroupArns) {
      const port = containerPorts[arn] ?? this.#saved.port;
      this.#around.elbv2.register(arn, this.address, { kind: "place", place, port });
      this.#unsubscribe.push(this.#around.elbv2.onTargetHealth(arn, this.#around.onChange));
    }
  }

  #watchHealth(definition: TaskDefinition, { local, spec }: TaskProcess): void {
    const check = definition.container.healthCheck;
    if (check === undefined || this.#released) return;
    const command = local(healthCommand(check));
    this.#watch = new HealthWatch(checkTimes(check), {
      startedAt: this.#saved.startedAt,
      before: this.#saved.wasHealthy ? "HEALTHY" : "UNKNOWN",
      run: (timeoutMs) => runHealthCommand(command, { env: spec.env, cwd: spec.cwd, timeoutMs }),
      onChange: this.#around.onChange,
    });
  }

  #definition(): TaskDefinition {
    return this.#around.definitions.find(this.#saved.taskDefinitionArn);
  }

  async #end(): Promise<void> {
    const { cloud, elbv2, targetGroupArns } = this.#around;
    await this.release();
    await Promise.all(targetGroupArns.map((arn) => elbv2.deregister(arn, this.address)));
    await cloud.processes.stop(this.#saved.processName);
    this.#detach?.();
    await cloud.ports.release(portPurpose(this.id));
    await removeScratch(cloud, this.id);
  }
}
