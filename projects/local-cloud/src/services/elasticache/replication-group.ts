/** A running replication group: a primary, its replicas, and the two endpoints that point at them. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Address, Cloud } from "../../cloud.ts";
import { Caretaker } from "../../processes/caretaker.ts";
import type { ServerUser } from "./access-control.ts";
import { openForward } from "./forward.ts";
import type { Forward } from "./forward.ts";
import { newMembership, readMembership, resized, writeMembership } from "./membership.ts";
import type { Membership } from "./membership.ts";
import { groupDestination } from "./place.ts";
import { RedisNode } from "./redis-node.ts";
import type { NodePasswords } from "./redis-node.ts";

/** Asked whenever the servers are told: the answers may have changed. */
export interface GroupSources {
  readonly passwords: NodePasswords;
  readonly settings: () => ReadonlyMap<string, string>;
  readonly users: () => readonly ServerUser[];
  readonly automaticFailover: () => boolean;
}

export class ReplicationGroup {
  readonly id: string;
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #sources: GroupSources;
  readonly #caretaker: Caretaker;
  #membership: Membership;
  #nodes: readonly RedisNode[] = [];
  #forwards: readonly Forward[] = [];
  #succession = false;
  #nextReader = 0;

  constructor(cloud: Cloud, id: string, folder: string, sources: GroupSources) {
    this.#cloud = cloud;
    this.id = id;
    this.#folder = folder;
    this.#sources = sources;
    this.#membership = readMembership(this.#membershipFile) ?? newMembership(id);
    this.#caretaker = new Caretaker(
      () => this.#mend(),
      (message) => cloud.log(`elasticache: ${message}`),
    );
  }

  get #membershipFile(): string {
    return join(this.#folder, "membership.json");
  }

  get nodes(): readonly RedisNode[] {
    return this.#nodes;
  }

  primary(): RedisNode | undefined {
    return this.#nodes.find(({ name }) => name === this.#membership.primary);
  }

  hasFolder(): boolean {
    return existsSync(this.#folder);
  }

  /** Brings the group to this many nodes, each alive and following the primary. */
  ensureNodes(count: number): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      this.#keep(resized(this.id, this.#membership, count));
      const surplus = this.#nodes.filter(({ name }) => !this.#membership.nodes.includes(name));
      await this.#makeNodes();
      for (const node of surplus) await this.#destroyNode(node);
      await this.#mend();
      this.#caretaker.watch();
    });
  }

  /** After a restart of the cloud: the servers mostly still run. */
  async restore(count: number): Promise<void> {
    if (this.hasFolder()) return this.ensureNodes(count);
    this.#membership = resized(this.id, this.#membership, count);
    await this.#makeNodes();
  }

  async openEndpoints(port: number): Promise<void> {
    const addressOf = (node: RedisNode | undefined): Address | undefined =>
      node && { host: "127.0.0.1", port: node.port };
    const admits = async (client: Socket): Promise<boolean> =>
      (await this.#cloud.network.refusalOf(client, groupDestination(this.#cloud, this.id))) === undefined;
    const toPrimary = { admits, target: () => addressOf(this.#servingPrimary()) };
    const toReader = { admits, target: () => addressOf(this.#servingReader()) };
    const primary = await openForward({ host: "127.0.0.1", port }, toPrimary);
    this.#forwards = [primary];
    const reader = await openForward({ host: "127.0.0.2", port }, toReader);
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
    return this.#caretaker.inTurn(async () => {
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
    return this.#caretaker.inTurn(async () => {
      for (const node of this.#nodes) {
        await this.#configure(node);
        if (await node.answers()) await node.command("config", "set", ...[...this.#sources.settings()].flat());
      }
    });
  }

  /** As if the primary had died, for a drill. */
  failOver(): Promise<void> {
    return this.#caretaker.inTurn(async () => {
      await this.primary()?.stop();
      await this.#mend();
    });
  }

  /** A server of this group has died. */
  lost(processName: string): void {
    if (this.#nodes.some((node) => node.processName === processName)) this.#caretaker.hurry();
  }

  /** Lets go of listeners and connections; the servers go on. */
  async release(): Promise<void> {
    await this.#caretaker.rest();
    await this.#letGo();
  }

  async destroy(): Promise<void> {
    await this.#caretaker.rest();
    await this.#letGo();
    // Replicas first, so that none of them tries to follow a primary that has gone.
    const primary = this.primary();
    for (const node of this.#nodes) if (node !== primary) await this.#destroyNode(node);
    if (primary) await this.#destroyNode(primary);
    this.#nodes = [];
    this.#membership = newMembership(this.id);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #letGo(): Promise<void> {
    for (const node of this.#nodes) node.disconnect();
    await Promise.all(this.#forwards.map((forward) => forward.close()));
    this.#forwards = [];
  }

  /** Nobody while another takes over. */
  #servingPrimary(): RedisNode | undefined {
    const primary = this.primary();
    return primary?.ready === true && !this.#succession ? primary : undefined;
  }

  #servingReader(): RedisNode | undefined {
    const replicas = this.#nodes.filter((node) => node.ready && node !== this.primary());
    return replicas.length > 0 ? replicas[this.#nextReader++ % replicas.length] : this.#servingPrimary();
  }

  /** Someone is the primary, and all others live and follow it. */
  async #mend(): Promise<void> {
    if (!this.primary()?.ready) await this.#findPrimary();
    const primary = this.primary()!;
    for (const node of [primary, ...this.#nodes.filter((each) => each !== primary)]) {
      if (!node.ready) {
        await this.#configure(node);
        await node.start();
      }
      await this.#holdToRole(node, primary);
    }
  }

  /**
   * The replica that has most of what the lost primary held takes its place. Where there is none, or no failover is
   * wanted, the primary starts again, and empty: a node of ElastiCache keeps nothing over its end.
   */
  async #findPrimary(): Promise<void> {
    const replicas = this.#nodes.filter((node) => node.ready && node !== this.primary());
    if (!this.#sources.automaticFailover() || replicas.length === 0) return;
    this.#succession = true;
    try {
      const reached = await Promise.all(
        replicas.map(async (node) => ({ node, offset: (await node.replication()).offset })),
      );
      const { node: heir } = reached.reduce((most, each) => (each.offset > most.offset ? each : most));
      // On disk first: whatever happens to this cloud, the former primary must not come back as one.
      this.#keep({ ...this.#membership, primary: heir.name });
      await this.#holdToRole(heir, heir);
      this.#cloud.log(`elasticache: failover of ${this.id} to the node ${heir.name} is complete`);
    } finally {
      this.#succession = false;
    }
  }

  async #holdToRole(node: RedisNode, primary: RedisNode): Promise<void> {
    const wanted = node === primary ? undefined : primary.port;
    if ((await node.replication()).follows === wanted) return;
    await node.command("replicaof", ...(wanted === undefined ? ["no", "one"] : ["127.0.0.1", String(wanted)]));
  }

  async #configure(node: RedisNode): Promise<void> {
    const primary = this.primary();
    const { settings, users } = this.#sources;
    await node.configure(settings(), users(), node === primary ? undefined : primary?.port);
  }

  #keep(membership: Membership): void {
    writeMembership(this.#membershipFile, membership);
    this.#membership = membership;
  }

  async #makeNodes(): Promise<void> {
    const existing = new Map(this.#nodes.map((node) => [node.name, node]));
    this.#nodes = await Promise.all(
      this.#membership.nodes.map(async (name) => existing.get(name) ?? (await this.#makeNode(name))),
    );
  }

  async #makeNode(name: string): Promise<RedisNode> {
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
}

function portPurpose(name: string): string {
  return `elasticache-server-${name}`;
}
