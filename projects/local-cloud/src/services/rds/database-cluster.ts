/** A running Aurora cluster: its storage, the server that writes, and the servers that follow it. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { copyToReplica, dropSlot } from "./base-copy.ts";
import { runSingleUser } from "./postgres-binaries.ts";
import { PostgresNode, slotName } from "./postgres-node.ts";
import { createVolume, quoteIdentifier } from "./volume.ts";
import type { VolumeSpec } from "./volume.ts";

const PROMOTION_TIMEOUT_SECONDS = 60;

export class DatabaseCluster {
  readonly resourceId: string;
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #nodes = new Map<string, PostgresNode>();
  /** Settings of the cluster's and an instance's parameter group, as they are now. */
  readonly #settings: (identifier: string) => Readonly<Record<string, string>>;
  #turn: Promise<unknown> = Promise.resolve();
  #nextReader = 0;

  constructor(cloud: Cloud, resourceId: string, settings: (identifier: string) => Readonly<Record<string, string>>) {
    this.#cloud = cloud;
    this.resourceId = resourceId;
    this.#settings = settings;
    this.#folder = join(cloud.home, "postgres", resourceId);
  }

  /** The storage as it waits for an instance: before the first one, and after the last one has gone. */
  get #volume(): string {
    return join(this.#folder, "volume");
  }

  get nodes(): readonly PostgresNode[] {
    return [...this.#nodes.values()];
  }

  node(identifier: string): PostgresNode | undefined {
    return this.#nodes.get(identifier);
  }

  writer(): PostgresNode | undefined {
    return this.nodes.find((node) => node.hasData() && !node.isStandby());
  }

  /** Readers in turn; the writer where there is none, as Aurora's reader endpoint does. */
  reader(): PostgresNode | undefined {
    const readers = this.nodes.filter((node) => node.isStandby());
    return readers.length > 0 ? readers[this.#nextReader++ % readers.length] : this.writer();
  }

  hasStorage(): boolean {
    return existsSync(join(this.#volume, "PG_VERSION")) || this.nodes.some((node) => node.hasData());
  }

  async createStorage(spec: VolumeSpec): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await createVolume(this.#volume, spec);
    } catch (error) {
      await rm(this.#folder, { recursive: true, force: true });
      throw error;
    }
  }

  async destroyStorage(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The first instance takes the storage and writes; each later one becomes a replica. Leftovers of a lost one are used. */
  addInstance(identifier: string): Promise<PostgresNode> {
    return this.#inTurn(async () => {
      const node = this.#nodes.get(identifier) ?? (await this.#makeNode(identifier));
      const writer = this.writer();
      try {
        if (writer && writer !== node) await this.#followWriter(node, writer);
        else if (node.hasData()) await node.configure(this.#settings(identifier));
        else await this.#takeStorage(node);
        this.#nodes.set(identifier, node);
        await node.start();
        return node;
      } catch (error) {
        this.#nodes.delete(identifier);
        await node.stop();
        // A copy is worth nothing without its server; the storage itself goes back.
        if (writer && writer !== node) await rm(node.dataFolder, { recursive: true, force: true });
        else await this.#giveBackStorage(node);
        await this.#cloud.ports.release(portPurpose(identifier));
        throw error;
      }
    });
  }

  /** After a restart of the cloud: the folders are there, the servers mostly still run. */
  restoreInstance(identifier: string): Promise<void> {
    return this.#inTurn(async () => {
      const node = await this.#makeNode(identifier);
      this.#nodes.set(identifier, node);
      if (node.hasData()) await node.start();
    });
  }

  /** Where the writer goes and a replica stays, the replica takes over first. */
  removeInstance(identifier: string): Promise<void> {
    return this.#inTurn(async () => {
      const node = this.#nodes.get(identifier);
      if (!node) return;
      const heir = this.nodes.find((other) => other !== node && other.isStandby());
      if (node === this.writer() && heir) await this.#handOver(node, heir);
      await node.stop();
      this.#nodes.delete(identifier);
      const writer = this.writer();
      if (writer) {
        await dropSlot(writer, identifier);
        await rm(node.dataFolder, { recursive: true, force: true });
      } else {
        await this.#giveBackStorage(node);
      }
      await this.#cloud.ports.release(portPurpose(identifier));
    });
  }

  /** @param verifier what `scramVerifier` makes of the password */
  setPassword(user: string, verifier: string): Promise<void> {
    return this.#inTurn(async () => {
      const statement = `alter role ${quoteIdentifier(user)} password '${verifier}'`;
      const writer = this.writer();
      if (writer) await writer.query(statement);
      else await runSingleUser(this.#volume, "postgres", [statement]);
    });
  }

  /** Writes the settings again and tells the servers; those that need a restart wait for one, as on AWS. */
  applySettings(): Promise<void> {
    return this.#inTurn(async () => {
      for (const node of this.nodes) {
        await this.#configure(node);
        if (await node.answers()) await node.reload();
      }
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** Lets go of the cloud's own connections; the servers go on. */
  async disconnect(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.disconnect()));
  }

  /** Changes of the cluster's shape happen one after another. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #makeNode(name: string): Promise<PostgresNode> {
    const port = await this.#cloud.ports.allocate(portPurpose(name));
    return new PostgresNode(this.#cloud, {
      identifier: name,
      dataFolder: join(this.#folder, `instance-${name}`),
      port,
    });
  }

  async #configure(node: PostgresNode): Promise<void> {
    await node.configure(this.#settings(node.identifier), node.isStandby() ? this.writer() : undefined);
  }

  async #takeStorage(node: PostgresNode): Promise<void> {
    if (!existsSync(join(this.#volume, "PG_VERSION"))) {
      throw new Error(
        `The storage of the cluster ${this.resourceId} is gone. Refresh the stack, so that the engine learns of it, then deploy again.`,
      );
    }
    await rename(this.#volume, node.dataFolder);
    await node.configure(this.#settings(node.identifier));
  }

  async #giveBackStorage(node: PostgresNode): Promise<void> {
    if (node.hasData()) await rename(node.dataFolder, this.#volume);
  }

  /** A replica that was lost is copied anew: its slot may have gone, and with it the log it would need. */
  async #followWriter(node: PostgresNode, writer: PostgresNode): Promise<void> {
    await node.stop();
    await rm(node.dataFolder, { recursive: true, force: true });
    await copyToReplica(writer, node);
    await node.configure(this.#settings(node.identifier), writer);
  }

  /** A clean stop sends all of the log to the replicas, so nothing is lost. */
  async #handOver(writer: PostgresNode, heir: PostgresNode): Promise<void> {
    await writer.stop();
    await heir.query("select pg_promote(true, $1)", [PROMOTION_TIMEOUT_SECONDS]);
    await heir.configure(this.#settings(heir.identifier));
    for (const follower of this.nodes.filter((node) => node !== writer && node.isStandby())) {
      await heir.query("select pg_create_physical_replication_slot($1, true)", [slotName(follower.identifier)]);
      await follower.configure(this.#settings(follower.identifier), heir);
      await follower.reload();
    }
  }
}

function portPurpose(identifier: string): string {
  return `rds-server-${identifier}`;
}
