import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import type { Elbv2Service } from "../elbv2/index.ts";
import { ServiceScheduler, type SavedService } from "./service-scheduler.ts";
import type { ServiceSettings } from "./service-settings.ts";
import type { TaskDefinitions } from "./task-definition.ts";

/** The schedulers of all services, and what is written down of them so that a restarted cloud finds their tasks. */
export class Services {
  readonly #cloud: Cloud;
  readonly #definitions: TaskDefinitions;
  readonly #file: string;
  readonly #schedulers = new Map<string, ServiceScheduler>();
  #saved: Record<string, SavedService> = {};
  #written = "";

  constructor(cloud: Cloud, definitions: TaskDefinitions) {
    this.#cloud = cloud;
    this.#definitions = definitions;
    this.#file = join(cloud.home, "ecs", "services.json");
  }

  /** @param settings of the services that the account holds */
  async revive(settings: readonly ServiceSettings[]): Promise<void> {
    mkdirSync(join(this.#cloud.home, "ecs"), { recursive: true });
    this.#saved = readJson<Record<string, SavedService>>(this.#file) ?? {};
    this.#cloud.processes.onExit((name, code, signal) => {
      for (const scheduler of this.#schedulers.values()) scheduler.taskExited(name, code, signal);
    });
    for (const service of settings) this.#open(service, this.#saved[service.arn]);

    // Tasks of a service whose creation the cloud did not live to see: the account does not hold it.
    const known = new Set(
      [...this.#schedulers.values()].flatMap(({ tasks }) => tasks.map(({ saved }) => saved.processName)),
    );
    const orphans = this.#cloud.processes.list().filter(({ name }) => name.startsWith("ecs-") && !known.has(name));
    await Promise.all(orphans.map(({ name }) => this.#cloud.processes.stop(name)));
    this.#saved = Object.fromEntries(Object.entries(this.#saved).filter(([arn]) => this.#schedulers.has(arn)));
  }

  get(arn: string): ServiceScheduler | undefined {
    return this.#schedulers.get(arn);
  }

  all(): readonly ServiceScheduler[] {
    return [...this.#schedulers.values()];
  }

  create(settings: ServiceSettings): ServiceScheduler {
    return this.#open(settings, undefined);
  }

  async remove(arn: string): Promise<void> {
    await this.#schedulers.get(arn)?.remove();
    this.#schedulers.delete(arn);
    delete this.#saved[arn];
    this.#write();
  }

  async release(): Promise<void> {
    await Promise.all([...this.#schedulers.values()].map((scheduler) => scheduler.release()));
    this.#schedulers.clear();
  }

  #open(settings: ServiceSettings, saved: SavedService | undefined): ServiceScheduler {
    const parts = {
      cloud: this.#cloud,
      elbv2: this.#cloud.service<Elbv2Service>("elbv2"),
      definitions: this.#definitions,
      save: (state: SavedService) => {
        this.#saved[settings.arn] = state;
        this.#write();
      },
    };
    const scheduler = new ServiceScheduler(parts, settings, saved);
    this.#schedulers.set(settings.arn, scheduler);
    return scheduler;
  }

  #write(): void {
    const text = JSON.stringify(this.#saved);
    if (text === this.#written) return; // most steps change nothing, and each write waits for the disk
    writeJson(this.#file, this.#saved);
    this.#written = text;
  }
}
