import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { readingAsConsumer } from "../../access/actions/kinesis.ts";
import type { Cloud } from "../../cloud.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import { clientOf } from "../../sdk.ts";
import type { Functions } from "./functions.ts";
import { Slots } from "./slots.ts";
import { StreamPoller, type Checkpoint, type MappingSettings } from "./stream-poller.ts";

/** A checkpoint may lag: what it does not hold yet is delivered again, and each write waits for the disk. */
const WRITE_DELAY_MS = 100;

/**
 * Of all mappings together. A burst may ask for a process per shard and lane, which this machine's cores could not
 * start at once; that some batches wait a moment looks like any other lag.
 */
const BATCHES_AT_ONCE = 2 * availableParallelism();

/** All event source mappings of the account, with what is kept of each. */
export class Mappings {
  readonly #cloud: Cloud;
  readonly #functions: Functions;
  readonly #folder: string;
  /** By role: a mapping reads in the name of its function's role. */
  readonly #clients = new Map<string, KinesisClient>();
  readonly #pollers = new Map<string, StreamPoller>();
  readonly #slots = new Slots(BATCHES_AT_ONCE);
  readonly #unwritten = new Map<string, { checkpoint: Checkpoint; timer: NodeJS.Timeout }>();

  constructor(cloud: Cloud, functions: Functions) {
    this.#cloud = cloud;
    this.#functions = functions;
    this.#folder = join(cloud.home, "functions", "mappings");
  }

  /** With the credentials of a role, so that its policies decide what the mapping may read. */
  kinesisOf(roleArn: string): KinesisClient {
    const existing = this.#clients.get(roleArn);
    if (existing !== undefined) return existing;
    const client = new KinesisClient({ ...this.#cloud.sdk, credentials: this.#cloud.credentials.issue(roleArn) });
    this.#clients.set(roleArn, client);
    return client;
  }

  /**
   * A registered consumer is pushed its records (SubscribeToShard): that is what its role needs, whatever way the
   * records take here.
   * @throws the role may not
   */
  #readerOf({ eventSourceArn, streamArn }: MappingSettings, roleArn: string): KinesisClient {
    if (eventSourceArn === streamArn) return this.kinesisOf(roleArn);
    const { access } = this.#cloud;
    const why = access.roleRefusal(roleArn, readingAsConsumer(access.account, eventSourceArn));
    if (why !== undefined) throw new Error(`AccessDeniedException: ${why}`);
    return clientOf(this.#cloud, KinesisClient);
  }

  lastResult(uuid: string): string | undefined {
    return this.#pollers.get(uuid)?.lastResult;
  }

  /** Starts a mapping where it was left, or gives a running one new settings. */
  async put(settings: MappingSettings, enabled: boolean): Promise<void> {
    const { uuid } = settings;
    mkdirSync(this.#folder, { recursive: true });
    await this.#pollers.get(uuid)?.stop();
    this.#pollers.delete(uuid);
    this.#flush(uuid);
    const file = this.#fileOf(uuid);
    const checkpoint = readJson<Checkpoint>(file) ?? { createdAt: Date.now(), shards: {} };
    writeJson(file, checkpoint);
    if (!enabled) return;
    const roleArn = (): string => this.#functions.requireVersion(settings.functionReference).roleArn;
    const parts = {
      cloud: this.#cloud,
      functions: this.#functions,
      // Asked at each call: an update of the function may give it another role.
      roleArn,
      kinesis: () => this.kinesisOf(roleArn()),
      reader: () => this.#readerOf(settings, roleArn()),
      slots: this.#slots,
      save: (changed: Checkpoint) => this.#save(uuid, changed),
    };
    this.#pollers.set(uuid, new StreamPoller(parts, settings, checkpoint));
  }

  async remove(uuid: string): Promise<void> {
    await this.#pollers.get(uuid)?.stop();
    this.#pollers.delete(uuid);
    this.#flush(uuid);
    rmSync(this.#fileOf(uuid), { force: true });
  }

  async stop(): Promise<void> {
    const pollers = [...this.#pollers];
    this.#pollers.clear();
    await Promise.all(pollers.map(([, poller]) => poller.stop()));
    for (const [uuid] of pollers) this.#flush(uuid);
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #save(uuid: string, checkpoint: Checkpoint): void {
    if (this.#unwritten.has(uuid)) return; // the same object: the write to come sees this change too
    this.#unwritten.set(uuid, { checkpoint, timer: setTimeout(() => this.#flush(uuid), WRITE_DELAY_MS).unref() });
  }

  #flush(uuid: string): void {
    const unwritten = this.#unwritten.get(uuid);
    if (unwritten === undefined) return;
    clearTimeout(unwritten.timer);
    this.#unwritten.delete(uuid);
    writeJson(this.#fileOf(uuid), unwritten.checkpoint);
  }

  #fileOf(uuid: string): string {
    return join(this.#folder, `${uuid}.json`);
  }
}
