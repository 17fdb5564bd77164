/**
 * The rotation of secrets, alive: which secret rotates when, by which function or owning service. A rotation that
 * fails is tried again from its first step under the same version id, then left as it is: AWSPENDING stays where it
 * was, and the next window or the next `RotateSecret` goes on with it.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import { nextRotationAt, type RotationRules } from "./rotation-schedule.ts";
import { rotateOnce, testOnce } from "./rotation-steps.ts";

/** What is kept of a secret's rotation. No value is in it. */
export interface RotationSetting {
  readonly secretArn: string;
  /** Absent for a secret that its owning service rotates. */
  readonly functionArn?: string;
  readonly rules: RotationRules;
  readonly enabled: boolean;
  readonly lastRotatedAt?: string;
  readonly nextRotationAt?: string;
  /** Version id of a rotation that is under way or was given up; it names a version that may not exist yet. */
  readonly pendingVersionId?: string;
}

export interface RotationClock {
  readonly now: () => Date;
  /** Before the second attempt, the third, and so on. */
  readonly retryAfterMs: readonly number[];
}

const REAL_CLOCK: RotationClock = { now: () => new Date(), retryAfterMs: [1_000, 3_000, 9_000] };
const LOOK_EVERY_MS = 30_000;

export class Rotations {
  readonly #cloud: Cloud;
  readonly #clock: RotationClock;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #settings: Map<string, RotationSetting> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(cloud: Cloud, clock: RotationClock = REAL_CLOCK) {
    this.#cloud = cloud;
    this.#clock = clock;
  }

  of(secretArn: string): RotationSetting | undefined {
    return this.#all().get(secretArn);
  }

  /** Keeps a schedule and says when the next window begins. */
  set(change: Omit<RotationSetting, "enabled" | "nextRotationAt" | "lastRotatedAt" | "pendingVersionId">): void {
    const next = nextRotationAt(change.rules, this.#clock.now());
    this.#put({ ...this.of(change.secretArn), ...change, enabled: true, nextRotationAt: next?.toISOString() });
  }

  /** No further rotation by schedule, and none under way is tried again. A version that is AWSPENDING stays so. */
  cancel(secretArn: string): void {
    const setting = this.of(secretArn);
    if (setting === undefined) return;
    this.#put({ ...setting, enabled: false, nextRotationAt: undefined, pendingVersionId: undefined });
  }

  isRotating(secretArn: string): boolean {
    return this.#running.has(secretArn);
  }

  /** Begins, or goes on with one that was given up; resolves when it is over, whatever its outcome. */
  rotate(secretArn: string, versionId: string): Promise<void> {
    const underWay = this.#running.get(secretArn);
    if (underWay !== undefined) return underWay;
    const setting = this.of(secretArn);
    if (setting === undefined) throw new Error(`No rotation is set up for ${secretArn}.`);
    this.#put({ ...setting, pendingVersionId: versionId });
    const running = this.#carryOut(secretArn, versionId).finally(() => this.#running.delete(secretArn));
    this.#running.set(secretArn, running);
    return running;
  }

  /** What `RotateImmediately: false` runs: the step `testSecret`, on a pending copy of the value, which then goes. */
  async test(secretArn: string, versionId: string): Promise<void> {
    const { functionArn } = this.of(secretArn) ?? {};
    if (functionArn !== undefined) await testOnce(this.#cloud, { secretArn, functionArn, versionId });
  }

  /** The first look comes after a while: services that start later carry the rotations out. */
  start(): void {
    this.#timer = setInterval(() => this.runDue(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Waits for rotations under way: a step must not find the function gone. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort();
    await Promise.allSettled(this.#running.values());
  }

  /** Every secret whose window has begun. */
  runDue(): void {
    const now = this.#clock.now().toISOString();
    for (const { secretArn, enabled, nextRotationAt: due, pendingVersionId } of [...this.#all().values()]) {
      if (!enabled || due === undefined || due > now || this.#running.has(secretArn)) continue;
      void this.rotate(secretArn, pendingVersionId ?? crypto.randomUUID());
    }
  }

  async #carryOut(secretArn: string, versionId: string): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const setting = this.of(secretArn);
      if (setting === undefined || (attempt > 0 && !setting.enabled)) return;
      try {
        await rotateOnce(this.#cloud, { secretArn, functionArn: setting.functionArn, versionId });
        return this.#ended(secretArn, "rotated");
      } catch (error) {
        const retryMs = this.#stopped.signal.aborted ? undefined : this.#clock.retryAfterMs[attempt];
        const outlook = retryMs === undefined ? "given up; AWSPENDING stays" : `next attempt in ${retryMs} ms`;
        this.#cloud.log(`secretsmanager: ${secretArn} was not rotated (${(error as Error).message}): ${outlook}`);
        if (retryMs === undefined) return this.#ended(secretArn, "failed");
        await this.#pause(retryMs);
      }
    }
  }

  #ended(secretArn: string, outcome: "rotated" | "failed"): void {
    const setting = this.of(secretArn);
    if (setting === undefined) return;
    const now = this.#clock.now();
    const next = setting.enabled ? nextRotationAt(setting.rules, now)?.toISOString() : undefined;
    const done = outcome === "rotated" ? { lastRotatedAt: now.toISOString(), pendingVersionId: undefined } : {};
    this.#put({ ...setting, ...done, nextRotationAt: next });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#stopped.signal.addEventListener("abort", wake, { once: true });
    });
  }

  get #file(): string {
    return join(this.#cloud.home, "secretsmanager", "rotations.json");
  }

  #all(): Map<string, RotationSetting> {
    this.#settings ??= new Map(
      (readJson<RotationSetting[]>(this.#file) ?? []).map((setting) => [setting.secretArn, setting]),
    );
    return this.#settings;
  }

  #put(setting: RotationSetting): void {
    this.#all().set(setting.secretArn, setting);
    this.#save();
  }

  #save(): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeJson(this.#file, [...this.#all().values()]);
  }
}
