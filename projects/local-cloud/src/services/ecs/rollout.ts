/** How a service comes from the tasks it has to the tasks it should have, within its deployment percentages. */
export interface Bounds {
  readonly desiredCount: number;
  /** Of the desired count, rounded up: so many healthy tasks stay. */
  readonly minimumHealthyPercent: number;
  /** Of the desired count, rounded down: so many tasks there are at most. */
  readonly maximumPercent: number;
}

export interface TaskView {
  readonly id: string;
  /** Of the deployment that shall be, not of one that it replaces. */
  readonly current: boolean;
  readonly healthy: boolean;
}

export interface Step {
  readonly start: number;
  readonly stop: readonly string[];
}

/**
 * The next step. Repeated until nothing is left to do it ends with exactly the desired count of current tasks,
 * and in between it neither exceeds the maximum nor itself goes below the healthy minimum.
 *
 * @param tasks those that are not being stopped already, oldest first
 */
export function nextStep(bounds: Bounds, tasks: readonly TaskView[]): Step {
  const { desiredCount } = bounds;
  const lower = Math.ceil((desiredCount * bounds.minimumHealthyPercent) / 100);
  const upper = Math.max(Math.floor((desiredCount * bounds.maximumPercent) / 100), desiredCount);
  const current = tasks.filter((task) => task.current);
  const replaced = tasks.filter((task) => !task.current);

  const stop: string[] = replaced.filter((task) => !task.healthy).map(({ id }) => id);
  let healthy = tasks.filter((task) => task.healthy).length;
  const stopHealthy = (task: TaskView): boolean => {
    if (healthy <= lower) return false;
    healthy -= 1;
    stop.push(task.id);
    return true;
  };

  // Too many current ones (the desired count was lowered): first those that serve nobody yet, then the newest.
  const surplus = current.toReversed().toSorted((a, b) => Number(a.healthy) - Number(b.healthy));
  for (const task of surplus.slice(0, Math.max(0, current.length - desiredCount))) {
    if (task.healthy) stopHealthy(task);
    else stop.push(task.id);
  }
  for (const task of replaced) if (task.healthy && !stopHealthy(task)) break;

  const remaining = tasks.length - stop.length;
  const start = Math.max(0, Math.min(desiredCount - current.length, upper - remaining));
  return { start, stop };
}

/** So many failed starts make a deployment fail: half the desired count, at least 3 and at most 200. */
export function circuitBreakerThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}
