import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import { requireTrust } from "./function-role.ts";
import { functionArn, parseFunctionReference, type FunctionVersion } from "./function-version.ts";
import { Sandbox, type FunctionError } from "./sandbox.ts";

export const ALIAS = "aws:lambda/alias:Alias";

export interface InvocationResult {
  readonly executedVersion: string;
  /** JSON: what the handler returned, or the error it threw. */
  readonly payload: string;
  readonly error?: FunctionError;
}

/** The function has as many events at once as it may. */
export class Throttled extends Error {
  constructor(name: string) {
    super(`TooManyRequestsException: Rate Exceeded. ${name} has reached its reserved concurrency.`);
  }
}

/** Kept on disk: published versions, without their variables. */
interface SavedFunction {
  readonly lastVersion: number;
  readonly versions: Readonly<Record<string, Omit<FunctionVersion, "variables">>>;
}

interface LivingFunction {
  latest: FunctionVersion;
  reservedConcurrency: number | undefined;
  lastVersion: number;
  readonly versions: Map<string, FunctionVersion>;
  readonly idle: Map<FunctionVersion, Sandbox[]>;
  running: number;
}

const IDLE_MS = 60_000;

/** All functions: their versions, and the processes that run them. */
export class Functions {
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #functions = new Map<string, LivingFunction>();
  readonly #sandboxes = new Set<Sandbox>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#folder = join(cloud.home, "functions");
  }

  get codeFolder(): string {
    return this.#folder;
  }

  /** At start: scratch folders of processes that ended with an earlier cloud are of no use. */
  clean(): void {
    rmSync(join(this.#folder, "scratch"), { recursive: true, force: true });
    mkdirSync(join(this.#folder, "versions"), { recursive: true });
  }

  /** Makes or changes a function; idle environments of what it was are ended. */
  put(latest: FunctionVersion, reservedConcurrency: number | undefined): void {
    const name = latest.functionName;
    const living = this.#functions.get(name);
    if (living !== undefined) {
      this.#endIdle(living, living.latest);
      living.latest = latest;
      living.reservedConcurrency = reservedConcurrency;
      return;
    }
    const saved = readJson<SavedFunction>(this.#fileOf(name));
    const { variables } = latest; // of a version that an earlier cloud published only today's variables are known
    const versions = Object.entries(saved?.versions ?? {}).map(
      ([key, version]) => [key, { ...version, variables }] as const,
    );
    this.#functions.set(name, {
      latest,
      reservedConcurrency,
      lastVersion: saved?.lastVersion ?? 0,
      versions: new Map(versions),
      idle: new Map(),
      running: 0,
    });
  }

  /** Freezes the latest code and configuration under the next number. */
  publish(name: string): string {
    const living = this.#living(name);
    living.lastVersion += 1;
    const version = String(living.lastVersion);
    living.versions.set(version, { ...living.latest, version });
    const versions = Object.fromEntries(
      [...living.versions].map(([key, { variables: _secret, ...kept }]) => [key, kept]),
    );
    writeJson(this.#fileOf(name), { lastVersion: living.lastVersion, versions } satisfies SavedFunction);
    return version;
  }

  hasVersion(name: string, version: string): boolean {
    const living = this.#functions.get(name);
    return living !== undefined && (version === "$LATEST" || living.versions.has(version));
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  async remove(name: string): Promise<void> {
    const living = this.#functions.get(name);
    this.#functions.delete(name);
    rmSync(this.#fileOf(name), { force: true });
    await Promise.all([...(living?.idle.values() ?? [])].flat().map((sandbox) => this.#end(sandbox)));
  }

  /**
   * Runs a function once.
   * @param reference name or ARN, with a version or alias where one is meant
   * @throws {Throttled} it may not run once more at the moment
   */
  async invoke(reference: string, event: string): Promise<InvocationResult> {
    const { name, qualifier } = parseFunctionReference(reference);
    const living = this.#living(name);
    const version = this.#resolve(living, name, qualifier);
    requireTrust(this.#cloud, version);
    if (living.reservedConcurrency !== undefined && living.running >= living.reservedConcurrency)
      throw new Throttled(name);

    living.running += 1;
    const sandbox = this.#take(living, version);
    try {
      const outcome = await sandbox.run(event, {
        requestId: randomUUID(),
        invokedFunctionArn: qualifier === undefined ? functionArn(name) : `${functionArn(name)}:${qualifier}`,
        timeoutMs: version.timeoutMs,
      });
      if ("payload" in outcome) return { executedVersion: version.version, payload: outcome.payload };
      return { executedVersion: version.version, payload: JSON.stringify(outcome.error), error: outcome.error };
    } finally {
      living.running -= 1;
      this.#giveBack(name, living, version, sandbox);
    }
  }

  /** The version that a reference means. @throws when there is none */
  requireVersion(reference: string): FunctionVersion {
    const { name, qualifier } = parseFunctionReference(reference);
    return this.#resolve(this.#living(name), name, qualifier);
  }

  /** What AWS says of a reference to nothing; undefined: there is something. */
  faultOf(reference: string): string | undefined {
    try {
      this.requireVersion(reference);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sandboxes].map((sandbox) => this.#end(sandbox)));
    this.#functions.clear();
  }

  #living(name: string): LivingFunction {
    const living = this.#functions.get(name);
    if (living === undefined) throw new Error(`ResourceNotFoundException: Function not found: ${functionArn(name)}`);
    return living;
  }

  #resolve(living: LivingFunction, name: string, qualifier: string | undefined): FunctionVersion {
    if (qualifier === undefined || qualifier === "$LATEST") return living.latest;
    const alias = this.#cloud.account.byId(ALIAS, `${functionArn(name)}:${qualifier}`);
    const number: string = alias?.inputs.functionVersion ?? qualifier;
    const version = number === "$LATEST" ? living.latest : living.versions.get(number);
    if (version === undefined)
      throw new Error(`ResourceNotFoundException: Function not found: ${functionArn(name)}:${qualifier}`);
    return version;
  }

  #take(living: LivingFunction, version: FunctionVersion): Sandbox {
    const idle = living.idle.get(version) ?? [];
    for (let sandbox = idle.pop(); sandbox !== undefined; sandbox = idle.pop()) {
      if (sandbox.usable) return sandbox;
      this.#sandboxes.delete(sandbox);
    }
    const sandbox = new Sandbox(this.#cloud, version);
    this.#sandboxes.add(sandbox);
    return sandbox;
  }

  #giveBack(name: string, living: LivingFunction, version: FunctionVersion, sandbox: Sandbox): void {
    const wanted =
      this.#functions.get(name) === living &&
      (living.latest === version || living.versions.get(version.version) === version);
    if (!sandbox.usable || !wanted) {
      void this.#end(sandbox);
      return;
    }
    const idle = living.idle.get(version) ?? [];
    living.idle.set(version, idle);
    idle.push(sandbox);
    setTimeout(() => {
      const index = idle.indexOf(sandbox);
      if (index < 0) return; // at work, or back since and with a later end
      idle.splice(index, 1);
      void this.#end(sandbox);
    }, IDLE_MS).unref();
  }

  #endIdle(living: LivingFunction, version: FunctionVersion): void {
    for (const sandbox of living.idle.get(version)?.splice(0) ?? []) void this.#end(sandbox);
    living.idle.delete(version);
  }

  async #end(sandbox: Sandbox): Promise<void> {
    await sandbox.end();
    this.#sandboxes.delete(sandbox);
  }

  #fileOf(name: string): string {
    return join(this.#folder, "versions", `${name}.json`);
  }
}
