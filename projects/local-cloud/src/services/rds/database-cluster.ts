/** A running Aurora cluster: its storage, the server that writes, and the servers that follow it. */
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
import { Caretaker } from "../../processes/caretaker.ts";
import { copyToReplica, dropSlot } from "./base-copy.ts";
import { Confirmation } from "./confirmation.ts";
import { removeFolder } from "./data-folder.ts";
import { PostgresNode } from "./postgres-node.ts";
import { discardSetAside, inOrderOfPromotion, promote, takeBack } from "./promotion.ts";
import { ClusterStorage } from "./storage.ts";
import { quoteIdentifier } from "./volume.ts";

/** What the cluster asks whenever it needs it: the answers change with parameter groups and instances. */
export interface ClusterSources {
  /** Settings of the cluster's and an instance's parameter group. */
  readonly settings: (identifier: string) => Readonly<Record<string, string>>;
  readonly promotionTier: (identifier: string) => number;
}

const HAND_OVER_TIMEOUT_MS = 30_000;

export class DatabaseCluster {
  readonly resourceId: string;
  readonly storage: ClusterStorage;
  readonly #cloud: Cloud;
  readonly #nodes = new Map<string, PostgresNode>();
  readonly #sources: ClusterSources;
  readonly #caretaker: Caretaker;
  readonly #confirmation: Confirmation;
  #succession = false;
  #nextReader = 0;

  constructor(cloud: Cloud, resourceId: string, sources: ClusterSources) {
    this.#cloud = cloud;
    this.resourceId = resourceId;
    this.#sources = sources;
    this.storage = new ClusterStorage(cloud.home, resourceId);
    const log = (message: string): void => cloud.log(`rds: ${message}`);
    this.#confirmation = new Confirmation(log);
    this.#caretaker = new Caretaker(() => this.#mend(), log);
  }

  get nodes(): readonly PostgresNode[] {
    return [...this.#nodes.values()];
  }

  node(identifier: string): PostgresNode | undefined {
    return this.#nodes.get(identifier);
  }

  /** By what the disk says. */
  writer(): PostgresNode | undefined {
    return this.nodes.find((node) => node.hasData() && !node.isStandby());
  }

  /** Where a client's writes may go now: nowhere while another takes over. */
  servingWriter(): PostgresNode | undefined {
    const writer = this.writer();
    return writer?.ready === true && !this.#succession ? writer : undefined;
  }

  /** Readers in turn; the writer where there is none, as Aurora's reader endpoint does. */
  servingReader(): PostgresNode | undefined {
    const readers = this.nodes.filter((node) => node.ready && node.isStandby());
    return readers.length > 0 ? readers[this.#nextReader++ % readers.length] : this.servingWriter();
  }

  hasStorage(): boolean {
    return this.storage.waits() || this.nodes.some((node) => node.hasData());
  }

  /** The first instance takes the storage and writes; each later one becomes a replica. Leftovers of a lost one are used. */
  addInstance(identifier: string): Promise<PostgresNode> {
    return this.#caretaker.inTurn(async () => {
      const node = this.#nodes.get(identifier) ?? (await this.#makeNode(identifier));
      // Lost when somebody looked, and mended since.
      if (node.ready && this.#nodes.has(identifier)) return node;
      const writer = this.writer();
      try {
        if (writer && writer !== node) await this.#copyFrom(writer, node);
        else {
          if (!node.hasData()) await this.storage.giveTo(node.dataFolder);
          await this.#configure(node);
        }
        this.#nodes.set(identifier, node);
        await node.start();
        this.#caretaker.watch();
        return node;
      } catch (error) {
        this.#nodes.delete(identifier);
        await node.stop();
        // A copy is worth nothing without its server; the storage itself goes back.
        if (writer && writer !== node) await removeFolder(node.dataFolder);
        else if (node.hasData()) await this.storage.takeBack(node.dataFolder);
        await this.#cloud.ports.release(portPurpose(identifier));
        throw error;
      }
    });
  }

  /** After a restart of the cloud: the folders are there, the servers mostly still run. */
  restoreInstance(identifier: string): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      const node = await this.#makeNode(identifier);
      this.#nodes.set(identifier, node);
      this.#caretaker.watch();
      if (node.hasData()) await node.start();
    });
  }

  /** Where the writer goes and a replica stays, the replica takes over first. */
  removeInstance(identifier: string): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      const node = this.#nodes.get(identifier);
      if (!node) return;
      const heir = this.#heirs()[0];
      if (node === this.writer() && heir) await this.#handOver(node, heir);
      this.#nodes.delete(identifier);
      const writer = this.writer();
      if (writer) await this.#stopWaitingFor(node, writer);
      await node.stop();
      if (writer) {
        await dropSlot(writer, identifier);
        await removeFolder(node.dataFolder);
      } else if (node.hasData()) {
        await this.storage.takeBack(node.dataFolder);
      }
      await this.#cloud.ports.release(portPurpose(identifier));
    });
  }

  /** Without an accident: the writer ends its work, the replica goes on, and the former writer becomes a replica. */
  failOver(target?: string): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      const writer = this.writer();
      const heir = this.#heirs().find(({ identifier }) => target === undefined || identifier === target);
      if (!writer || !heir) throw new Error(`The cluster ${this.resourceId} has no replica that could take over.`);
      await this.#handOver(writer, heir);
      this.#caretaker.hurry();
    });
  }

  /** A server of this cluster has died. */
  lost(processName: string): void {
    const node = this.nodes.find((each) => each.processName === processName);
    if (!node) return;
    this.#confirmation.exclude(node);
    this.#caretaker.hurry();
  }

  /** @param verifier what `scramVerifier` makes of the password */
  setPassword(user: string, verifier: string): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      const statement = `alter role ${quoteIdentifier(user)} password '${verifier}'`;
      const writer = this.writer();
      if (writer) await writer.query(statement);
      else await this.storage.run(statement);
    });
  }

  /** Writes the settings again and tells the servers; those that need a restart wait for one, as on AWS. */
  applySettings(): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      for (const node of this.nodes) {
        if (!node.hasData()) continue;
        await this.#configure(node);
        if (await node.answers()) await node.reload();
      }
    });
  }

  async stop(): Promise<void> {
    await this.#caretaker.rest();
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** Lets go of the cloud's own connections; the servers go on. */
  async disconnect(): Promise<void> {
    await this.#caretaker.rest();
    await Promise.all(this.nodes.map((node) => node.disconnect()));
  }

  async #makeNode(name: string): Promise<PostgresNode> {
    const port = await this.#cloud.ports.allocate(portPurpose(name));
    return new PostgresNode(this.#cloud, {
      identifier: name,
      dataFolder: this.storage.instanceFolder(name),
      port,
    });
  }

  async #configure(node: PostgresNode): Promise<void> {
    const primary = node.isStandby() ? this.writer() : undefined;
    const place = primary ? { primary } : { confirmedBy: this.#confirmation.required };
    await node.configure(this.#sources.settings(node.identifier), place);
  }

  /** A replica that was lost is copied anew: its slot may have gone, and with it the log it would need. */
  async #copyFrom(writer: PostgresNode, node: PostgresNode): Promise<void> {
    await node.stop();
    await discardSetAside(node);
    await copyToReplica(writer, node);
    await node.configure(this.#sources.settings(node.identifier), { primary: writer });
  }

  #heirs(): readonly PostgresNode[] {
    const replicas = this.nodes.filter((node) => node.ready && node.isStandby());
    return inOrderOfPromotion(replicas, this.#sources.promotionTier);
  }

  /** A clean stop sends all of the log to the replicas that follow, so nothing is lost. */
  async #handOver(writer: PostgresNode, heir: PostgresNode): Promise<void> {
    const deadline = Date.now() + HAND_OVER_TIMEOUT_MS;
    while (!this.#confirmation.isComplete(heir)) {
      if (Date.now() > deadline) {
        throw new Error(`The instance ${heir.identifier} does not keep up with the writer, so it cannot take over.`);
      }
      await this.#confirm(writer);
      await delay(50);
    }
    await writer.stop();
    await this.#succeed(writer, heir);
  }

  async #succeed(former: PostgresNode | undefined, heir: PostgresNode): Promise<void> {
    const others = this.nodes.filter((node) => node !== former && node !== heir && node.isStandby());
    this.#succession = true;
    this.#confirmation.startAnew();
    try {
      await promote({ former, heir, others, configure: (node) => this.#configure(node) });
    } finally {
      this.#succession = false;
    }
  }

  async #stopWaitingFor(node: PostgresNode, writer: PostgresNode): Promise<void> {
    this.#confirmation.exclude(node);
    await this.#configure(writer);
    if (writer.ready) await writer.reload();
  }

  /** Someone writes, the others follow, and the writer waits for those that do. */
  async #mend(): Promise<void> {
    if (this.nodes.length === 0) return;
    const writer = await this.#mendWriter();
    if (!writer) return;
    // First of all: until the writer is told, commits wait for a replica that is gone.
    await this.#confirm(writer);
    for (const node of this.nodes) {
      if (node === writer || (node.ready && node.hasData())) continue;
      if (!node.hasData()) await this.#copyFrom(writer, node);
      await this.#configure(node);
      await node.start(writer);
      this.#cloud.log(`rds: the instance ${node.identifier} follows ${writer.identifier}`);
      this.#caretaker.hurry();
    }
  }

  #confirm(writer: PostgresNode): Promise<void> {
    const replicas = this.nodes.filter((node) => node !== writer && node.ready && node.isStandby());
    return this.#confirmation.look(writer, replicas, async () => {
      await this.#configure(writer);
      await writer.reload();
      this.#caretaker.hurry();
    });
  }

  async #mendWriter(): Promise<PostgresNode | undefined> {
    const writer = this.writer();
    if (writer?.ready) return writer;
    const heirs = this.#heirs();
    // Without a writer's data anyone is better than nobody; otherwise it must have all that was confirmed.
    const heir = heirs.find((node) => this.#confirmation.isComplete(node)) ?? (writer ? undefined : heirs[0]);
    if (heir) {
      const former = writer ?? this.nodes.find((node) => !node.hasData());
      this.#cloud.log(`rds: failover to the instance ${heir.identifier} begins`);
      if (former) await former.stop();
      await this.#succeed(former, heir);
      this.#cloud.log(`rds: failover to the instance ${heir.identifier} is complete`);
      // Its clients come first; the next look makes the former writer anew.
      return undefined;
    }
    const restored = writer ?? (await this.#restoreFormer());
    if (!restored) return undefined;
    await this.#configure(restored);
    await restored.start();
    this.#cloud.log(`rds: the instance ${restored.identifier} started again`);
    return restored;
  }

  /** Nobody can take over: what a broken-off succession set aside counts again. */
  async #restoreFormer(): Promise<PostgresNode | undefined> {
    for (const node of this.nodes) await takeBack(node);
    return this.writer();
  }
}

function portPurpose(identifier: string): string {
  return `rds-server-${identifier}`;
}
