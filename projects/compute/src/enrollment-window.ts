import type { Sizing } from "@records/conventions";

/** Weeks of the year in which students choose courses: more tasks wait for them before the first one comes. */
export interface EnrollmentWindow {
  /** Schedules of Application Auto Scaling, read in the university's time zone. */
  readonly opens: string;
  readonly closes: string;
  /** So many tasks at least while it is open. */
  readonly minTasks: number;
}

/** `cron` with six fields, or `at` with a moment; AWS reads the fields themselves. */
const SCHEDULE = /^(cron\([^\s()]+( [^\s()]+){5}\)|at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\))$/;

/**
 * Parses the config key `enrollmentWindow`.
 *
 * @param tasks  what the environment's size allows
 * @throws naming what to correct
 */
export function parseEnrollmentWindow(value: unknown, tasks: Sizing["api"]["tasks"]): EnrollmentWindow {
  const { opens, closes, minTasks, ...rest } = (value ?? {}) as Record<string, unknown>;
  const [stray] = Object.keys(rest);
  if (stray !== undefined)
    throw new Error(`enrollmentWindow has the unknown setting "${stray}". Keep to opens, closes and minTasks.`);
  for (const [name, schedule] of Object.entries({ opens, closes })) {
    if (typeof schedule !== "string" || !SCHEDULE.test(schedule))
      throw new Error(
        `enrollmentWindow.${name} is ${JSON.stringify(schedule)}, which scaling cannot follow. ` +
          'Write a schedule as "cron(0 6 1 4,11 ? *)" or "at(2027-04-01T06:00:00)".',
      );
  }
  if (opens === closes)
    throw new Error(`enrollmentWindow opens and closes at ${String(opens)}: it would never be open. Correct one.`);
  if (!Number.isInteger(minTasks) || Number(minTasks) <= tasks.min || Number(minTasks) > tasks.max)
    throw new Error(
      `enrollmentWindow.minTasks is ${JSON.stringify(minTasks)}; it must be more than the usual ${tasks.min} and at most ` +
        `${tasks.max} tasks, or the window would change nothing or ask for more than the environment may have.`,
    );
  return { opens: opens as string, closes: closes as string, minTasks: minTasks as number };
}
