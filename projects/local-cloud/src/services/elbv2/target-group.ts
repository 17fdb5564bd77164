import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { Address } from "../../cloud.ts";
import type { Destination } from "../../network-path/network-paths.ts";
import type { Properties } from "../../resource-type.ts";
import {
  afterCheck,
  healthCheckOf,
  NEW_TARGET,
  probe,
  type Health,
  type HealthCheck,
  type HealthStatus,
} from "./health.ts";

/** Until its first passed check a target is asked more often than AWS does, so that a deployment does not idle. */
const FIRST_CHECKS_MS = 400;
const DRAIN_POLL_MS = 20;

export interface Target extends Address {
  /** Requests sent to it and not answered in full. */
  inFlight: number;
}

/** Where a target stands in the network, and the port that traffic has there. */
export type TargetDestination = Extract<Destination, { kind: "place" }>;

/** Opens a connection, if the network lets a load balancer of the group reach the target. */
export type Reach = (to: TargetDestination | undefined, open: () => Socket) => Socket;

interface Registered extends Target {
  readonly destination: TargetDestination | undefined;
  health: Health;
  draining: boolean;
  failedSince: number | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** The living part of a target group: who is registered, how they are, and whose turn it is. */
export class TargetGroup {
  readonly arn: string;
  readonly agent: http.Agent;
  readonly #checkAgent: http.Agent;
  #inputs: Properties;
  #check: HealthCheck;
  #attached = false;
  #turn = 0;
  readonly #targets = new Map<string, Registered>();
  readonly #listeners = new Set<() => void>();

  constructor(arn: string, inputs: Properties, reach: Reach) {
    this.arn = arn;
    this.#inputs = inputs;
    this.#check = healthCheckOf(inputs);
    const through = (host: string, port: number, open: () => Socket) =>
      reach(this.#targets.get(`${host}:${port}`)?.destination, open);
    this.agent = targetAgent(this.secure, through, true);
    this.#checkAgent = targetAgent(this.secure, through, false);
  }

  get secure(): boolean {
    return this.#inputs.protocol === "HTTPS";
  }

  configure(inputs: Properties): void {
    this.#inputs = inputs;
    this.#check = healthCheckOf(inputs);
  }

  /** Only a group that a listener forwards to has its targets checked. */
  set attached(attached: boolean) {
    if (this.#attached === attached) return;
    this.#attached = attached;
    for (const target of this.#targets.values()) {
      clearTimeout(target.timer);
      target.health = NEW_TARGET;
      if (attached) void this.#checkNow(target);
    }
  }
  get attached(): boolean {
    return this.#attached;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  register({ host, port }: Address, destination?: TargetDestination): void {
    const key = `${host}:${port}`;
    if (this.#targets.get(key)?.draining === false) return;
    const target: Registered = {
      host,
      port,
      destination,
      inFlight: 0,
      health: NEW_TARGET,
      draining: false,
      failedSince: undefined,
      timer: undefined,
    };
    this.#targets.set(key, target);
    if (this.#attached) void this.#checkNow(target);
  }

  /** No new requests from now on; resolves when those under way are answered, at the latest after the group's delay. */
  async deregister({ host, port }: Address): Promise<void> {
    const key = `${host}:${port}`;
    const target = this.#targets.get(key);
    if (target === undefined) return;
    target.draining = true;
    clearTimeout(target.timer);
    this.#changed();
    const deadline = Date.now() + (this.#inputs.deregistrationDelay ?? 300) * 1000;
    while (target.inFlight > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    if (this.#targets.get(key) === target) this.#targets.delete(key);
    this.#changed();
  }

  /** Undefined: not registered. */
  health({ host, port }: Address): HealthStatus | undefined {
    const target = this.#targets.get(`${host}:${port}`);
    if (target === undefined) return undefined;
    if (target.draining) return "draining";
    return this.#attached ? target.health.status : "unused";
  }

  get targets(): readonly (Address & { status: HealthStatus })[] {
    return [...this.#targets.values()].map(({ host, port }) => ({
      host,
      port,
      status: this.health({ host, port }) ?? "unused",
    }));
  }

  /** A healthy target; when all are unhealthy any of them, as AWS fails open. Undefined: there is none. */
  pick(except: ReadonlySet<Target>): Target | undefined {
    const usable = [...this.#targets.values()].filter((target) => !target.draining && !except.has(target));
    const healthy = usable.filter((target) => target.health.status === "healthy");
    const anyHealthy = [...this.#targets.values()].some(
      (target) => !target.draining && target.health.status === "healthy",
    );
    const candidates = anyHealthy ? healthy : usable.filter((target) => target.health.status === "unhealthy");
    if (candidates.length === 0) return undefined;
    switch (this.#inputs.loadBalancingAlgorithmType) {
      case "weighted_random":
        return candidates[Math.floor(Math.random() * candidates.length)];
      case "least_outstanding_requests":
        return candidates.toSorted((a, b) => a.inFlight - b.inFlight)[0];
      default:
        return candidates[this.#turn++ % candidates.length];
    }
  }

  close(): void {
    for (const target of this.#targets.values()) clearTimeout(target.timer);
    this.#targets.clear();
    this.#listeners.clear();
    this.agent.destroy();
    this.#checkAgent.destroy();
  }

  async #checkNow(target: Registered): Promise<void> {
    const passed = !this.#check.enabled || (await probe(target, this.#check, this.#checkAgent));
    if (target.draining || !this.#attached || this.#targets.get(`${target.host}:${target.port}`) !== target) return;
    const before = target.health.status;
    if (passed || before !== "initial" || this.#failureCounts(target))
      target.health = afterCheck(target.health, passed, this.#check);
    const delayMs = target.health.status === "initial" ? FIRST_CHECKS_MS : this.#check.intervalMs;
    target.timer = setTimeout(() => void this.#checkNow(target), Math.min(delayMs, this.#check.intervalMs)).unref();
    if (target.health.status !== before) this.#changed();
  }

  /** The quick first checks must not make a slow starter unhealthy sooner than AWS would: one failure per interval counts. */
  #failureCounts(target: Registered): boolean {
    const now = Date.now();
    if (target.failedSince !== undefined && now - target.failedSince < this.#check.intervalMs) return false;
    target.failedSince = now;
    return true;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Not verified, as on AWS: a target's self-signed certificate gives confidentiality, not identity. */
function targetAgent(
  secure: boolean,
  through: (host: string, port: number, open: () => Socket) => Socket,
  keepAlive: boolean,
): http.Agent {
  const agent = secure ? new https.Agent({ keepAlive, rejectUnauthorized: false }) : new http.Agent({ keepAlive });
  const open = agent.createConnection.bind(agent);
  agent.createConnection = (options, created) => {
    try {
      return through(String(options.host), Number(options.port), () => open(options, created) as Socket);
    } catch (error) {
      // Thrown, it would leave through the call that made the request; this way the request has failed to connect.
      created?.(error as Error, undefined as never);
      return undefined;
    }
  };
  return agent;
}
