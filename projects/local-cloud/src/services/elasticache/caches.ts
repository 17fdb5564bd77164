/** The data plane of ElastiCache: running replication groups, the users they know, and their endpoints. */
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import { internalUsers, userRules } from "./access-control.ts";
import type { CacheUser, ServerUser } from "./access-control.ts";
import { settingsOf } from "./parameters.ts";
import type { Parameter } from "./parameters.ts";
import { ReplicationGroup } from "./replication-group.ts";

/** What a replication group follows: changed in place when the program or the API changes it. */
export interface GroupPlan {
  readonly parameterGroup: string | undefined;
  readonly userGroups: readonly string[];
  readonly maxmemoryBytes: number;
  readonly automaticFailover: boolean;
}

export class Caches {
  readonly #cloud: Cloud;
  readonly #groups = new Map<string, { readonly group: ReplicationGroup; plan: GroupPlan }>();
  readonly #userGroups = new Map<string, readonly string[]>();
  readonly #parameters = new Map<string, readonly Parameter[]>();
  #users: Map<string, CacheUser> | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** From now on servers that die are noticed. */
  listen(): void {
    this.#cloud.processes.onExit((name) => {
      for (const { group } of this.#groups.values()) group.lost(name);
    });
  }

  get #folder(): string {
    return join(this.#cloud.home, "redis");
  }

  get(id: string): ReplicationGroup | undefined {
    return this.#groups.get(id)?.group;
  }

  planOf(id: string): GroupPlan | undefined {
    return this.#groups.get(id)?.plan;
  }

  add(id: string, plan: GroupPlan): ReplicationGroup {
    const entry: { plan: GroupPlan; readonly group: ReplicationGroup } = {
      plan,
      group: new ReplicationGroup(this.#cloud, id, join(this.#folder, id), {
        passwords: {
          admin: this.#internalPassword(id, "admin"),
          replication: this.#internalPassword(id, "replication"),
        },
        settings: () => this.#settings(entry.plan),
        users: () => this.#serverUsers(id, entry.plan),
        automaticFailover: () => entry.plan.automaticFailover,
      }),
    };
    this.#groups.set(id, entry);
    return entry.group;
  }

  replan(id: string, plan: GroupPlan): void {
    const entry = this.#groups.get(id);
    if (entry) entry.plan = plan;
  }

  forget(id: string): void {
    this.#groups.delete(id);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#groups.values()].map(({ group }) => group.release()));
  }

  async setParameters(name: string, parameters: readonly Parameter[]): Promise<void> {
    this.#parameters.set(name, parameters);
    for (const { group, plan } of this.#groups.values()) if (plan.parameterGroup === name) await group.applySettings();
  }

  async setUserGroup(id: string, userIds: readonly string[] | undefined): Promise<void> {
    if (userIds) this.#userGroups.set(id, userIds);
    else this.#userGroups.delete(id);
    for (const { group, plan } of this.#groups.values()) if (plan.userGroups.includes(id)) await group.applyUsers();
  }

  user(userId: string): CacheUser | undefined {
    return this.#userStore().get(userId);
  }

  users(): readonly CacheUser[] {
    return [...this.#userStore().values()];
  }

  /** On disk first, then on every server that knows the user. */
  async putUser(user: CacheUser): Promise<void> {
    this.#userStore().set(user.userId, user);
    this.#saveUsers();
    await this.#applyUser(user.userId);
  }

  async removeUser(userId: string): Promise<void> {
    if (!this.#userStore().delete(userId)) return;
    this.#saveUsers();
    await this.#applyUser(userId);
  }

  async #applyUser(userId: string): Promise<void> {
    for (const { group, plan } of this.#groups.values()) {
      if (plan.userGroups.some((id) => this.#userGroups.get(id)?.includes(userId))) await group.applyUsers();
    }
  }

  #userStore(): Map<string, CacheUser> {
    this.#users ??= new Map((readJson<CacheUser[]>(this.#userFile) ?? []).map((user) => [user.userId, user]));
    return this.#users;
  }

  #saveUsers(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeJson(this.#userFile, [...this.#userStore().values()]);
  }

  get #userFile(): string {
    return join(this.#folder, "users.json");
  }

  #settings(plan: GroupPlan): ReadonlyMap<string, string> {
    const parameters = settingsOf(this.#parameters.get(plan.parameterGroup ?? "") ?? []);
    return new Map([["maxmemory", String(plan.maxmemoryBytes)], ["maxmemory-policy", "volatile-lru"], ...parameters]);
  }

  /** The users of the groups; without a group everybody who speaks TLS may come in, as on ElastiCache. */
  #serverUsers(id: string, plan: GroupPlan): readonly ServerUser[] {
    const internal = internalUsers({
      admin: this.#internalPassword(id, "admin"),
      replication: this.#internalPassword(id, "replication"),
    });
    if (plan.userGroups.length === 0) {
      return [{ name: "default", rules: ["on", "~*", "&*", "+@all", "nopass"] }, ...internal];
    }
    const userIds = new Set(plan.userGroups.flatMap((group) => this.#userGroups.get(group) ?? []));
    const users = [...userIds].flatMap((userId) => this.#userStore().get(userId) ?? []);
    return [...users.map((user) => ({ name: user.userName, rules: userRules(user) })), ...internal];
  }

  /** The same after a restart of the cloud, and on no disk: it derives from the key of this cloud. */
  #internalPassword(id: string, purpose: string): string {
    const key = this.#cloud.credentials.operator.secretAccessKey;
    return createHmac("sha256", key).update(`elasticache\n${id}\n${purpose}`).digest("base64url");
  }
}
