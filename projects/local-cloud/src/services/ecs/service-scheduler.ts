import { randomInt } from "node:crypto";
import type { NetworkPlace } from "../../network-path/network-paths.ts";
import { circuitBreakerThreshold, nextStep, type Bounds } from "./rollout.ts";
import { newTask, Task, type SavedTask, type TaskSurroundings } from "./task.ts";

export interface ServiceSettings {
  readonly arn: string;
  readonly name: string;
  readonly taskDefinitionArn: string;
  readonly bounds: Bounds;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly targetGroupArns: readonly string[];
  /** By target group: the port of the container that its traffic goes to. */
  readonly containerPorts: Readonly<Record<string, number>>;
  readonly place: NetworkPlace;
  readonly gracePeriodMs: number;
}

export interface Deployment {
  readonly id: string;
  readonly taskDefinitionArn: string;
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  failedTasks: number;
  /** Tasks of a deployment that was rolled back to are never given up. */
  rolledBackTo?: boolean;
}

export interface SavedService {
  readonly deployments: Deployment[];
  readonly tasks: readonly SavedTask[];
}

export interface SchedulerParts extends Pick<TaskSurroundings, "cloud" | "elbv2" | "definitions"> {
  readonly save: (state: SavedService) => void;
}

const TICK_MS = 500;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MS_MAX = 10_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Keeps one service as it should be: replaces tasks that end, rolls out new definitions, and rolls back. */
export class ServiceScheduler {
  readonly #parts: SchedulerParts;
  #settings: ServiceSettings;
  /** The first is the one that shall be; the others still have tasks. */
  #deployments: Deployment[];
  #tasks: Task[] = [];
  /** Starts that have no task yet. */
  readonly #begun = new Set<Promise<void>>();
  #failuresInRow = 0;
  #nextStartAt = 0;
  #lastFailure = "";
  #failed: Error | undefined;
  #waiters: Waiter[] = [];
  #over = false;
  #stepPlanned = false;
  #tick: NodeJS.Timeout | undefined;

  constructor(parts: SchedulerParts, settings: ServiceSettings, saved?: SavedService) {
    this.#parts = parts;
    this.#settings = settings;
    this.#deployments = saved?.deployments ?? [newDeployment(settings.taskDefinitionArn)];
    this.#tasks = (saved?.tasks ?? []).map((task) => Task.adopt(task, this.#surroundings()));
    this.#wake();
  }

  get settings(): ServiceSettings {
    return this.#settings;
  }
  get deployments(): readonly Deployment[] {
    return this.#deployments;
  }
  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Changes what the service shall be. Another task definition, or `force`, replaces all tasks. */
  configure(settings: ServiceSettings, { force }: { force: boolean }): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#failed = undefined;
    this.#rejectWaiters(new Error(`The deployment of ${settings.name} was replaced by a newer one.`));
    const whereabouts = ({ targetGroupArns, containerPorts, place }: ServiceSettings): string =>
      JSON.stringify([targetGroupArns, containerPorts, place]);
    const moved = whereabouts(before) !== whereabouts(settings);
    if (
      force ||
      moved ||
      this.#primary.taskDefinitionArn !== settings.taskDefinitionArn ||
      this.#primary.rolloutState === "FAILED"
    ) {
      this.#deployments.unshift(newDeployment(settings.taskDefinitionArn));
      this.#failuresInRow = 0;
      this.#nextStartAt = 0;
    }
    this.#primary.rolloutState = "IN_PROGRESS";
    this.#wake();
  }

  /** Resolves when exactly the desired tasks are there and healthy; rejects when the circuit breaker gives up. */
  async steady(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const steady = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      timer = setTimeout(() => reject(new Error(this.#describeWaiting(timeoutMs))), timeoutMs).unref();
    });
    this.#wake();
    try {
      await steady;
    } finally {
      clearTimeout(timer);
    }
  }

  taskExited(processName: string, code: number | null, signal: NodeJS.Signals | null): void {
    this.#tasks.find(({ saved }) => saved.processName === processName)?.exited(code, signal);
  }

  stopTask(task: Task): void {
    this.#retire(task);
    this.#wake();
  }

  /** Stops every task; nothing of the service is left when it resolves. */
  async remove(): Promise<void> {
    await this.release();
    await Promise.all(this.#tasks.map((task) => task.stop()));
    this.#tasks = [];
  }

  /** Lets go of the service; its tasks go on. */
  async release(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#tick);
    this.#rejectWaiters(new Error(`The service ${this.#settings.name} is no longer looked after.`));
    await Promise.all(this.#begun);
    await Promise.all(this.#tasks.map((task) => task.release()));
  }

  get #primary(): Deployment {
    const [primary] = this.#deployments;
    if (primary === undefined) throw new Error(`Service ${this.#settings.name} has no deployment.`);
    return primary;
  }

  #surroundings(): TaskSurroundings {
    const { cloud, elbv2, definitions } = this.#parts;
    const { targetGroupArns, containerPorts, place, gracePeriodMs } = this.#settings;
    const settings = { targetGroupArns, containerPorts, place, gracePeriodMs };
    return { cloud, elbv2, definitions, ...settings, onChange: () => this.#wake() };
  }

  #wake(): void {
    if (this.#stepPlanned || this.#over) return;
    this.#stepPlanned = true;
    setImmediate(() => {
      this.#stepPlanned = false;
      if (!this.#over) this.#step();
    });
  }

  #step(): void {
    for (const task of this.#tasks) {
      if (task.stopping) continue;
      const condition = task.observe();
      if (condition === "ended") this.#lose(task, task.endReason ?? "ended");
      if (condition === "unhealthy") this.#lose(task, "Task failed health checks");
    }
    this.#breakCircuit();
    this.#moveOn();
    this.#settle();
    this.#parts.save({ deployments: this.#deployments, tasks: this.#tasks.map(({ saved }) => saved) });
    clearTimeout(this.#tick);
    if (!this.#isSteady()) this.#tick = setTimeout(() => this.#wake(), TICK_MS).unref();
  }

  #lose(task: Task, reason: string): void {
    const failedToStart = !task.saved.wasHealthy && task.deploymentId === this.#primary.id;
    this.#parts.cloud.log(`ecs ${this.#settings.name}: task ${task.id}: ${reason}`);
    this.#retire(task);
    if (!failedToStart) return;
    this.#primary.failedTasks += 1;
    this.#failuresInRow += 1;
    this.#lastFailure = reason;
    this.#nextStartAt = Date.now() + Math.min(BACKOFF_FIRST_MS * 2 ** this.#failuresInRow, BACKOFF_MS_MAX);
  }

  #breakCircuit(): void {
    const { circuitBreaker, bounds, name, arn } = this.#settings;
    const primary = this.#primary;
    if (!circuitBreaker.enable || primary.rolloutState !== "IN_PROGRESS" || primary.rolledBackTo === true) return;
    if (primary.failedTasks < circuitBreakerThreshold(bounds.desiredCount)) return;
    primary.rolloutState = "FAILED";
    const previous = circuitBreaker.rollback
      ? this.#deployments.find(({ rolloutState }) => rolloutState === "COMPLETED")
      : undefined;
    this.#failed = new Error(
      `waiting for ECS Service (${arn}) to reach a steady state: ECS deployment circuit breaker was triggered: ` +
        `tasks failed to start (${primary.failedTasks}). ${this.#lastFailure}.` +
        (previous === undefined ? "" : ` The service is rolled back to ${previous.taskDefinitionArn}.`),
    );
    this.#parts.cloud.log(`ecs ${name}: deployment circuit breaker: ${this.#lastFailure}`);
    if (previous === undefined) {
      this.#rejectWaiters(this.#failed);
      return;
    }
    previous.rolloutState = "IN_PROGRESS";
    previous.rolledBackTo = true;
    this.#deployments = [previous, ...this.#deployments.filter((deployment) => deployment !== previous)];
    this.#failuresInRow = 0;
    this.#nextStartAt = 0;
  }

  #moveOn(): void {
    const primary = this.#primary;
    if (primary.rolloutState === "FAILED") return;
    const living = this.#tasks.filter((task) => !task.stopping);
    const views = living.map((task) => ({
      id: task.id,
      current: task.deploymentId === primary.id,
      healthy: task.condition === "healthy",
    }));
    if (views.some((view) => view.current && view.healthy)) this.#failuresInRow = 0;
    // Tasks that are about to appear count as pending ones, or one wake too many would start a task too many.
    const appearing = Array.from({ length: this.#begun.size }, (_, n) => ({
      id: `new-${n}`,
      current: true,
      healthy: false,
    }));
    const { start, stop } = nextStep(this.#settings.bounds, [...views, ...appearing]);
    for (const task of living) if (stop.includes(task.id)) this.#retire(task);
    if (Date.now() >= this.#nextStartAt) for (let n = 0; n < start; n += 1) this.#begin(primary);
  }

  #begin(deployment: Deployment): void {
    const begun = newTask(this.#parts.cloud, this.#settings.name, deployment)
      .then((saved) => void this.#tasks.push(Task.start(saved, this.#surroundings())))
      .catch((error: unknown) => {
        this.#nextStartAt = Date.now() + BACKOFF_MS_MAX;
        this.#parts.cloud.log(`ecs ${this.#settings.name}: ${(error as Error).message}`);
      })
      .finally(() => {
        this.#begun.delete(begun);
        this.#wake();
      });
    this.#begun.add(begun);
  }

  #retire(task: Task): void {
    void task
      .stop()
      .catch((error: unknown) =>
        this.#parts.cloud.log(`${task.saved.processName} could not be stopped: ${(error as Error).message}`),
      )
      .finally(() => {
        this.#tasks = this.#tasks.filter((other) => other !== task);
        this.#wake();
      });
  }

  #isSteady(): boolean {
    if (this.#begun.size > 0 || this.#tasks.length !== this.#settings.bounds.desiredCount) return false;
    return this.#tasks.every(
      (task) => !task.stopping && task.deploymentId === this.#primary.id && task.condition === "healthy",
    );
  }

  #settle(): void {
    if (this.#primary.rolloutState === "FAILED" || !this.#isSteady()) return;
    const primary = this.#primary;
    primary.rolloutState = "COMPLETED";
    primary.failedTasks = 0;
    delete primary.rolledBackTo;
    this.#deployments = [primary];
    if (this.#failed !== undefined) this.#rejectWaiters(this.#failed);
    this.#failed = undefined;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #rejectWaiters(error: Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  #describeWaiting(timeoutMs: number): string {
    const healthy = this.#tasks.filter((task) => task.condition === "healthy").length;
    return (
      `waiting for ECS Service (${this.#settings.arn}) to reach a steady state: timeout after ${timeoutMs / 1000} s ` +
      `(${healthy} of ${this.#settings.bounds.desiredCount} tasks healthy). ${this.#lastFailure}`
    );
  }
}

function newDeployment(taskDefinitionArn: string): Deployment {
  const digits = `${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`;
  return { id: `ecs-svc/${digits}`, taskDefinitionArn, rolloutState: "IN_PROGRESS", failedTasks: 0 };
}
