/** The data plane of RDS: running clusters by identifier, the doors that are open, and the parameters in force. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import type { Cloud } from "../../cloud.ts";
import { DatabaseCluster } from "./database-cluster.ts";
import { availableLibraries, settingContexts } from "./postgres-binaries.ts";
import { doorSettings, planSettings } from "./parameters.ts";
import type { Parameter } from "./parameters.ts";
import { openDoor } from "./postgres-front.ts";
import type { Door, OpenDoor } from "./postgres-front.ts";
import { CLUSTER_INSTANCE } from "./tokens.ts";

/** What the certificate of every endpoint is valid for: the writer's and the reader's address, and the usual name. */
const ENDPOINT_NAMES = ["127.0.0.1", "127.0.0.2", "localhost"];
const SECRET_CACHE_MS = 1_000;
/** Of an instance that names none. */
const DEFAULT_PROMOTION_TIER = 1;

/** Defaults where a parameter group says nothing; sized for a laptop. */
const DEFAULT_SETTINGS = {
  max_connections: "200",
  shared_buffers: "128MB",
  password_encryption: "scram-sha-256",
  // A commit is confirmed when the replicas have written it: that outlives the death of any server.
  synchronous_commit: "remote_write",
  log_line_prefix: "%t:%r:%u@%d:[%p]:",
};

export interface RunningCluster {
  readonly identifier: string;
  readonly cluster: DatabaseCluster;
  parameterGroup: string | undefined;
  readonly instanceParameterGroups: Map<string, string | undefined>;
}

export class Databases {
  readonly #cloud: Cloud;
  readonly #clusters = new Map<string, RunningCluster>();
  readonly #parameters = new Map<string, readonly Parameter[]>();
  readonly #doors = new Map<string, OpenDoor>();
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  readonly #said = new Set<string>();
  readonly #secretUsers = new Map<string, { readonly until: number; readonly user: Promise<string> }>();
  #secrets: SecretsManagerClient | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** From now on servers that die are noticed. */
  listen(): void {
    this.#cloud.processes.onExit((name) => {
      for (const { cluster } of this.#clusters.values()) cluster.lost(name);
    });
  }

  get(identifier: string): RunningCluster | undefined {
    return this.#clusters.get(identifier);
  }

  require(identifier: string): RunningCluster {
    const found = this.#clusters.get(identifier);
    if (!found) throw new Error(`DBClusterNotFoundFault: DBCluster ${identifier} not found.`);
    return found;
  }

  add(identifier: string, resourceId: string, parameterGroup: string | undefined): RunningCluster {
    const running: RunningCluster = {
      identifier,
      cluster: new DatabaseCluster(this.#cloud, resourceId, {
        settings: (instance) => this.#settings(running, instance),
        promotionTier: (instance) => this.promotionTier(instance),
      }),
      parameterGroup,
      instanceParameterGroups: new Map(),
    };
    this.#clusters.set(identifier, running);
    return running;
  }

  promotionTier(instance: string): number {
    const { promotionTier } = this.#cloud.account.byId(CLUSTER_INSTANCE, instance)?.inputs ?? {};
    return (promotionTier as number | undefined) ?? DEFAULT_PROMOTION_TIER;
  }

  /** Stops what is left of a cluster's servers. */
  async forget(identifier: string): Promise<void> {
    await this.#clusters.get(identifier)?.cluster.stop();
    this.#clusters.delete(identifier);
  }

  /** Parameter groups tell their content here; clusters that use a group follow at once. */
  async setParameters(kind: "cluster" | "instance", group: string, parameters: readonly Parameter[]): Promise<void> {
    this.#parameters.set(`${kind}/${group}`, parameters);
    for (const running of this.#clusters.values()) {
      const used = kind === "cluster" ? [running.parameterGroup] : [...running.instanceParameterGroups.values()];
      if (used.includes(group)) await running.cluster.applySettings();
    }
  }

  /** What TLS a door of this cluster speaks, by its parameter group as it is now. */
  tls(identifier: string): Door["tls"] {
    return async () => {
      const group = this.#clusters.get(identifier)?.parameterGroup;
      const { requireTls, minVersion } = doorSettings(this.#parameters.get(`cluster/${group ?? ""}`) ?? []);
      return { context: await this.secureContext(minVersion), required: requireTls };
    };
  }

  secureContext(minVersion: "TLSv1.2" | "TLSv1.3"): Promise<SecureContext> {
    const made = this.#contexts.get(minVersion) ?? this.#issue(minVersion);
    this.#contexts.set(minVersion, made);
    return made;
  }

  /** A door that is open under this key belongs to a resource that was lost: it makes room. */
  async open(key: string, door: Door): Promise<void> {
    await this.close(key);
    this.#doors.set(key, await openDoor(door, this.#cloud));
  }

  async close(key: string): Promise<void> {
    const door = this.#doors.get(key);
    this.#doors.delete(key);
    await door?.close();
  }

  /** Lets go of listeners and connections; servers go on. */
  async stop(): Promise<void> {
    await Promise.all([...this.#doors.keys()].map((key) => this.close(key)));
    await Promise.all([...this.#clusters.values()].map(({ cluster }) => cluster.disconnect()));
    this.#secrets?.destroy();
    this.#secrets = undefined;
  }

  /** The user names in these secrets now. A secret without a value names nobody. */
  async usersOf(secretArns: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await Promise.all(secretArns.map((arn) => this.#userOf(arn)))).filter((user) => user !== ""));
  }

  #userOf(secretArn: string): Promise<string> {
    const kept = this.#secretUsers.get(secretArn);
    if (kept && kept.until > Date.now()) return kept.user;
    const user = this.#fetchUser(secretArn);
    this.#secretUsers.set(secretArn, { until: Date.now() + SECRET_CACHE_MS, user });
    user.catch(() => this.#secretUsers.delete(secretArn));
    return user;
  }

  async #fetchUser(secretArn: string): Promise<string> {
    try {
      this.#secrets ??= new SecretsManagerClient(this.#cloud.sdk);
      const { SecretString } = await this.#secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
      const value = JSON.parse(SecretString ?? "{}") as { username?: unknown };
      return typeof value.username === "string" ? value.username : "";
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return "";
      throw error;
    }
  }

  async #issue(minVersion: "TLSv1.2" | "TLSv1.3"): Promise<SecureContext> {
    const { cert, key } = await this.#cloud.certificates.issue(ENDPOINT_NAMES);
    return createSecureContext({ cert, key, minVersion });
  }

  /** An instance's group stands over the cluster's, both over the defaults. */
  #settings(running: RunningCluster, instance: string): Readonly<Record<string, string>> {
    const groups = [
      `cluster/${running.parameterGroup ?? ""}`,
      `instance/${running.instanceParameterGroups.get(instance) ?? ""}`,
    ];
    const parameters = groups.flatMap((group) => this.#parameters.get(group) ?? []);
    const { settings, skipped } = planSettings(parameters, settingContexts(), availableLibraries());
    for (const parameter of skipped)
      this.#sayOnce(`rds: ${running.identifier} runs without the parameter ${parameter}`);
    return { ...DEFAULT_SETTINGS, ...settings };
  }

  #sayOnce(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#cloud.log(message);
  }
}
