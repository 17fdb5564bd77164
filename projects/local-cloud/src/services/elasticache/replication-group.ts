/** A running replication group: a primary, its replicas, and the two endpoints that point at them. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Address, Cloud } from "../../cloud.ts";
import type { ServerUser } from "./access-control.ts";
import { openForward } from "./forward.ts";
import type { Forward } from "./forward.ts";
import { groupDestination } from "./place.ts";
import { RedisNode } from "./redis-node.ts";
import type { NodePasswords } from "./redis-node.ts";

export interface GroupSources {
  readonly passwords: NodePasswords;
  /** Asked whenever the servers are told: the answer may have changed. */
  readonly settings: () => ReadonlyMap<string, string>;
  readonly users: () => readonly ServerUser[];
}

export class ReplicationGroup {
  readonly id: string;
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #sources: GroupSources;
  #nodes: readonly RedisNode[] = [];
  #forwards: readonly Forward[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #nextReader = 0;

  constructor(cloud: Cloud, id: string, folder: string, sources: GroupSources) {
    this.#cloud = cloud;
    this.id = id;
    this.#folder = folder;
    this.#sources = sources;
  }

  get nodes(): readonly RedisNode[] {
    return this.#nodes;
  }

  /** The first node. A failover moves this; the endpoints follow with the next connection. */
  primary(): RedisNode | undefined {
    return this.#nodes[0];
  }

  reader(): RedisNode | undefined {
    const replicas = this.#nodes.slice(1);
    return replicas.length > 0 ? replicas[this.#nextReader++ % replicas.length] : this.primary();
  }

  hasFolder(): boolean {
    return existsSync(this.#folder);
  }

  /** Brings the group to this many nodes, each alive and following the primary: creation, growth and repair alike. */
  ensureNodes(count: number): Promise<void> {
    return this.#inTurn(async () => {
      const surplus = this.#nodes.slice(count);
      this.#nodes = await Promise.all(
        Array.from({ length: count }, async (_, index) => this.#nodes[index] ?? (await this.#makeNode(index))),
      );
      for (const node of surplus) await this.#destroyNode(node);
      const primary = this.#nodes[0];
      for (const node of this.#nodes) {
        if (await node.answers()) continue;
        await node.configure(
          this.#sources.settings(),
          this.#sources.users(),
          node === primary ? undefined : primary?.port,
        );
        await node.start();
      }
    });
  }

  /** After a restart of the cloud: the servers mostly still run. */
  async restore(count: number): Promise<void> {
    if (this.hasFolder()) await this.ensureNodes(count);
    else this.#nodes = await Promise.all(Array.from({ length: count }, (_, index) => this.#makeNode(index)));
  }

  async openEndpoints(port: number): Promise<void> {
    const addressOf = (node: RedisNode | undefined): Address | undefined =>
      node && { host: "127.0.0.1", port: node.port };
    const admits = (client: Socket): boolean =>
      this.#cloud.network.refusalOf(client, groupDestination(this.#cloud, this.id)) === undefined;
    const primary = await openForward({ host: "127.0.0.1", port }, { admits, target: () => addressOf(this.primary()) });
    this.#forwards = [primary];
    const reader = await openForward({ host: "127.0.0.2", port }, { admits, target: () => addressOf(this.reader()) });
    this.#forwards = [primary, reader];
  }

  /** Nodes that live and answer, by name. */
  async liveNodes(): Promise<readonly string[]> {
    const answers = await Promise.all(this.#nodes.map((node) => node.answers()));
    return this.#nodes.filter((_, index) => answers[index]).map((node) => node.name);
  }

  /**
   * Tells every server who its users are now, and writes it for the next start. Connections of users that stay are
   * kept, as they are on ElastiCache when a password changes.
   */
  applyUsers(): Promise<void> {
    return this.#inTurn(async () => {
      const users = this.#sources.users();
      for (const node of this.#nodes) {
        node.writeUsers(users);
        if (!(await node.answers())) continue;
        for (const { name, rules } of users) await node.command("acl", "setuser", name, "reset", ...rules);
        const known = (await node.command("acl", "users")) as readonly string[];
        const gone = known.filter((name) => !users.some((user) => user.name === name));
        if (gone.length > 0) await node.command("acl", "deluser", ...gone);
      }
    });
  }

  applySettings(): Promise<void> {
    return this.#inTurn(async () => {
      const settings = this.#sources.settings();
      const primary = this.primary();
      for (const node of this.#nodes) {
        await node.configure(settings, this.#sources.users(), node === primary ? undefined : primary?.port);
        if (await node.answers()) await node.command("config", "set", ...[...settings].flat());
      }
    });
  }

  /** Lets go of listeners and connections; the servers go on. */
  async release(): Promise<void> {
    for (const node of this.#nodes) node.disconnect();
    await Promise.all(this.#forwards.map((forward) => forward.close()));
    this.#forwards = [];
  }

  destroy(): Promise<void> {
    return this.#inTurn(async () => {
      await this.release();
      // Replicas first, so that none of them tries to follow a primary that has gone.
      for (const node of this.#nodes.toReversed()) await this.#destroyNode(node);
      this.#nodes = [];
      await rm(this.#folder, { recursive: true, force: true });
    });
  }

  async #makeNode(index: number): Promise<RedisNode> {
    const name = `${this.id}-${String(index + 1).padStart(3, "0")}`;
    const port = await this.#cloud.ports.allocate(portPurpose(name));
    return new RedisNode(this.#cloud, {
      name,
      port,
      folder: join(this.#folder, name),
      passwords: this.#sources.passwords,
    });
  }

  async #destroyNode(node: RedisNode): Promise<void> {
    await node.destroy();
    await this.#cloud.ports.release(portPurpose(node.name));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function portPurpose(name: string): string {
  return `elasticache-server-${name}`;
}
