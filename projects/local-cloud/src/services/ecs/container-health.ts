import { execFile } from "node:child_process";
import type { ContainerHealthCheck } from "./container-definition.ts";

export type ContainerHealth = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

/** Until its first success a container is asked more often than its interval says, so that a deployment does not idle. */
const FIRST_CHECKS_MS = 1_000;

export interface CheckTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

export function checkTimes(check: ContainerHealthCheck): CheckTimes {
  return {
    intervalMs: (check.interval ?? 30) * 1000,
    timeoutMs: (check.timeout ?? 5) * 1000,
    retries: check.retries ?? 3,
    startPeriodMs: (check.startPeriod ?? 0) * 1000,
  };
}

/**
 * The verdict after one more check.
 * Before its first success a container has its start period and then as long as its retries take; afterwards
 * that many failures in a row make it unhealthy.
 */
export function verdict(
  times: CheckTimes,
  before: ContainerHealth,
  checks: { passed: boolean; failuresInRow: number; aliveMs: number },
): ContainerHealth {
  if (checks.passed) return "HEALTHY";
  if (before === "UNKNOWN") {
    return checks.aliveMs >= times.startPeriodMs + times.retries * times.intervalMs ? "UNHEALTHY" : "UNKNOWN";
  }
  return checks.failuresInRow >= times.retries ? "UNHEALTHY" : before;
}

/** Runs a container's health check command again and again until stopped. */
export class HealthWatch {
  health: ContainerHealth;
  #failuresInRow = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    times: CheckTimes,
    options: {
      startedAt: number;
      before: ContainerHealth;
      run: (timeoutMs: number) => Promise<boolean>;
      onChange: () => void;
    },
  ) {
    this.health = options.before;
    const check = async (): Promise<void> => {
      const passed = await options.run(times.timeoutMs);
      if (this.#stopped) return;
      this.#failuresInRow = passed ? 0 : this.#failuresInRow + 1;
      const next = verdict(times, this.health, {
        passed,
        failuresInRow: this.#failuresInRow,
        aliveMs: Date.now() - options.startedAt,
      });
      const changed = next !== this.health;
      this.health = next;
      const delayMs = next === "UNKNOWN" ? Math.min(FIRST_CHECKS_MS, times.intervalMs) : times.intervalMs;
      this.#timer = setTimeout(() => void check(), delayMs).unref();
      if (changed) options.onChange();
    };
    void check();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}

/** Whether the command ends with 0 in time. It runs beside the container's process, in the same environment. */
export function runHealthCommand(
  command: readonly string[],
  options: { env: Readonly<Record<string, string>>; cwd: string | undefined; timeoutMs: number },
): Promise<boolean> {
  const [program, ...args] = command;
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        env: { PATH: process.env.PATH, ...options.env },
        cwd: options.cwd,
        timeout: options.timeoutMs,
        killSignal: "SIGKILL",
      },
      (error) => resolve(error === null),
    );
  });
}

/** The words to run for a health check's `CMD` and `CMD-SHELL` forms. */
export function healthCommand(check: ContainerHealthCheck): readonly string[] {
  const [kind, ...words] = check.command;
  return kind === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
}
