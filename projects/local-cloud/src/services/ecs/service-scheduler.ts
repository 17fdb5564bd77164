import { failureOf, isWatched, newDeployment, raisedAlarms, type Deployment } from "./deployment.ts";
import { circuitBreakerThreshold, nextStep } from "./rollout.ts";
import type { ServiceSettings } from "./service-settings.ts";
import { newTask, Task, type SavedTask, type TaskSurroundings } from "./task.ts";

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
    this.#deployments = saved?.deployments ?? [
      newDeployment(settings.taskDefinitionArn, raisedAlarms(this.#parts.cloud, this.#settings.alarms)),
    ];
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
      this.#deployments.unshift(
        newDeployment(settings.taskDefinitionArn, raisedAlarms(this.#parts.cloud, this.#settings.alarms)),
      );
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
    this.#heedAlarms();
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
    const { circuitBreaker, bounds } = this.#settings;
    const primary = this.#primary;
    if (!circuitBreaker.enable || !isWatched(primary)) return;
    if (primary.failedTasks < circuitBreakerThreshold(bounds.desiredCount)) return;
    const why = `ECS deployment circuit breaker was triggered: tasks failed to start (${primary.failedTasks}). ${this.#lastFailure}`;
    this.#giveUp(why, circuitBreaker.rollback);
  }

  #heedAlarms(): void {
    const { alarms } = this.#settings;
    const primary = this.#primary;
    if (!isWatched(primary)) return;
    const raised = raisedAlarms(this.#parts.cloud, alarms).filter((name) => !primary.alarmsAtStart?.includes(name));
    if (raised.length === 0) return;
    this.#giveUp(`ECS deployment failed: alarm detected: ${raised.join(", ")}`, alarms.rollback);
  }

  #giveUp(why: string, rollback: boolean): void {
    const { name, arn } = this.#settings;
    this.#primary.rolloutState = "FAILED";
    const previous = rollback ? this.#deployments.find(({ rolloutState }) => rolloutState === "COMPLETED") : undefined;
    this.#failed = new Error(failureOf(arn, why, previous));
    this.#parts.cloud.log(`ecs ${name}: ${why}`);
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
