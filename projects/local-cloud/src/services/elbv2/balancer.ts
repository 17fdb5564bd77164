import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { listen, type Address, type Cloud } from "../../cloud.ts";
import type { NetworkPlace } from "../../network-path/network-paths.ts";
import type { Properties } from "../../resource-type.ts";
import { handle } from "./proxy.ts";
import { forwardTargets, routingAction, type Rule } from "./routing.ts";
import { TargetGroup, type TargetDestination } from "./target-group.ts";

/** Certificates of ACM name the hosts that a listener answers for. */
const ACM_CERTIFICATE = "aws:acm/certificate:Certificate";
const CLOSE_GRACE_MS = 2_000;

interface LivingListener {
  inputs: Properties;
  readonly server: http.Server;
  readonly purpose: string;
  readonly address: Address;
}
interface LivingRule extends Rule {
  readonly listenerArn: string;
}

/** Everything of ELB that is alive: target groups with their checks, one server per listener. */
export class Balancer {
  readonly #cloud: Cloud;
  readonly #loadBalancers = new Map<string, Properties>();
  readonly #groups = new Map<string, TargetGroup>();
  readonly #listeners = new Map<string, LivingListener>();
  readonly #rules = new Map<string, LivingRule>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  putLoadBalancer(arn: string, properties: Properties): void {
    this.#loadBalancers.set(arn, properties);
  }

  putGroup(arn: string, inputs: Properties): void {
    const group = this.#groups.get(arn);
    if (group === undefined)
      this.#groups.set(arn, new TargetGroup(arn, inputs, (to, open) => this.#reach(arn, to, open)));
    else group.configure(inputs);
    this.#attach();
  }

  group(arn: string): TargetGroup | undefined {
    return this.#groups.get(arn);
  }

  removeGroup(arn: string): void {
    this.#groups.get(arn)?.close();
    this.#groups.delete(arn);
  }

  /** Opens the port of a listener, or gives an open one its new actions and certificate. */
  async putListener(arn: string, inputs: Properties): Promise<void> {
    const living = this.#listeners.get(arn);
    if (living !== undefined) {
      living.inputs = inputs;
      if (living.server instanceof https.Server) living.server.setSecureContext(await this.#certificate(inputs));
    } else {
      this.#listeners.set(arn, await this.#open(arn, inputs));
    }
    this.#attach();
  }

  async removeListener(arn: string): Promise<void> {
    const listener = this.#listeners.get(arn);
    if (listener === undefined) return;
    this.#listeners.delete(arn);
    for (const [ruleArn, rule] of this.#rules) if (rule.listenerArn === arn) this.#rules.delete(ruleArn);
    this.#attach();
    await close(listener.server);
    await this.#cloud.ports.release(listener.purpose);
  }

  /** A load balancer takes its listeners with it. */
  async removeLoadBalancer(arn: string): Promise<void> {
    const owned = [...this.#listeners].filter(([, listener]) => listener.inputs.loadBalancerArn === arn);
    await Promise.all(owned.map(([listenerArn]) => this.removeListener(listenerArn)));
    this.#loadBalancers.delete(arn);
  }

  putRule(arn: string, rule: LivingRule): void {
    this.#rules.set(arn, rule);
    this.#attach();
  }

  removeRule(arn: string): void {
    this.#rules.delete(arn);
    this.#attach();
  }

  rulesOf(listenerArn: string): readonly (readonly [arn: string, rule: LivingRule])[] {
    return [...this.#rules].filter(([, rule]) => rule.listenerArn === listenerArn);
  }

  addressOf(loadBalancerArn: string, port: number): Address {
    const listeners = [...this.#listeners.values()].filter(({ inputs }) => inputs.loadBalancerArn === loadBalancerArn);
    const listener = listeners.find(({ inputs }) => inputs.port === port);
    if (listener !== undefined) return listener.address;
    const ports = listeners.map(({ inputs }) => inputs.port).join(", ") || "none";
    throw new Error(`Load balancer ${loadBalancerArn} has no listener on port ${port} (it has: ${ports}).`);
  }

  destinationOf(loadBalancerArn: string, port: number): TargetDestination {
    return { kind: "place", place: this.#placeOf(loadBalancerArn), port };
  }

  /** Whoever forwards to the group; empty when it may be deleted. */
  usersOf(groupArn: string): readonly string[] {
    const uses = (actions: readonly Properties[]): boolean => groupsOf(actions).includes(groupArn);
    return [
      ...[...this.#listeners].filter(([, { inputs }]) => uses(inputs.defaultActions)).map(([arn]) => arn),
      ...[...this.#rules].filter(([, rule]) => uses(rule.actions)).map(([arn]) => arn),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(({ server }) => close(server)));
    for (const group of this.#groups.values()) group.close();
    this.#listeners.clear();
    this.#groups.clear();
    this.#rules.clear();
    this.#loadBalancers.clear();
  }

  async #open(arn: string, inputs: Properties): Promise<LivingListener> {
    const secure = inputs.protocol === "HTTPS";
    const server = secure ? https.createServer(await this.#certificate(inputs)) : http.createServer();
    const loadBalancer = this.#loadBalancers.get(inputs.loadBalancerArn) ?? {};
    // The client's side must stay open longer than a client's own idea of idle, or the two race.
    server.keepAliveTimeout = (loadBalancer.idleTimeout ?? 60) * 1000;
    server.requestTimeout = 0; // the idle timeout towards the target decides, as on AWS
    server.on("request", (request, response) => {
      const current = this.#listeners.get(arn)?.inputs;
      if (current === undefined) {
        response.destroy(); // being removed
        return;
      }
      const view = {
        loadBalancer: this.#loadBalancers.get(current.loadBalancerArn) ?? {},
        listener: current,
        rules: this.rulesOf(arn).map(([, rule]) => rule),
        group: (groupArn: string) => this.#groups.get(groupArn),
      };
      handle(view, request, response).catch((error: unknown) => {
        this.#cloud.log(`listener ${arn}: ${(error as Error).message}`);
        response.destroy();
      });
    });
    this.#cloud.network.guard(server, () => this.destinationOf(inputs.loadBalancerArn, inputs.port));
    const purpose = `elbv2 ${inputs.loadBalancerArn} ${inputs.port}`;
    const port = await listen(server, await this.#cloud.ports.allocate(purpose));
    return { inputs, server, purpose, address: { host: "127.0.0.1", port } };
  }

  /** Where a load balancer stands in the network. */
  #placeOf(loadBalancerArn: string): NetworkPlace {
    const inputs = this.#loadBalancers.get(loadBalancerArn) ?? {};
    return {
      name: `load balancer ${inputs.name}`,
      subnetIds: inputs.subnets ?? [],
      securityGroupIds: inputs.securityGroups ?? [],
      publicAddress: inputs.internal !== true,
    };
  }

  /** To a target in the name of the load balancer that uses its group. */
  #reach(groupArn: string, to: TargetDestination | undefined, open: () => Socket): Socket {
    const listener = [...this.#listeners].find(([arn, { inputs }]) => {
      const rules = this.rulesOf(arn).map(([, rule]) => rule.actions);
      return [inputs.defaultActions as Properties[], ...rules].some((actions) => groupsOf(actions).includes(groupArn));
    });
    if (to === undefined || listener === undefined) return open();
    return this.#cloud.network.dial(this.#placeOf(listener[1].inputs.loadBalancerArn), to, open);
  }

  async #certificate(inputs: Properties): Promise<{ cert: string; key: string }> {
    const acm = inputs.certificateArn === undefined ? undefined : this.#cloud.account.byArn(inputs.certificateArn);
    const hosts: unknown[] =
      acm?.type === ACM_CERTIFICATE ? [acm.inputs.domainName, ...(acm.inputs.subjectAlternativeNames ?? [])] : [];
    const dnsName: unknown = this.#loadBalancers.get(inputs.loadBalancerArn)?.dnsName;
    const names = [...hosts, dnsName].filter((name): name is string => typeof name === "string");
    const { cert, key } = await this.#cloud.certificates.issue([...names, "localhost", "127.0.0.1"]);
    return { cert, key };
  }

  #attach(): void {
    const used = new Set(
      [
        ...[...this.#listeners.values()].map(({ inputs }) => inputs.defaultActions as Properties[]),
        ...[...this.#rules.values()].map((rule) => rule.actions),
      ].flatMap(groupsOf),
    );
    for (const group of this.#groups.values()) group.attached = used.has(group.arn);
  }
}

function groupsOf(actions: readonly Properties[]): readonly string[] {
  const action = routingAction(actions);
  return action?.type === "forward" ? forwardTargets(action).map(({ arn }) => arn) : [];
}

/** Lets requests under way finish, within a bound. */
async function close(server: http.Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const forced = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(forced);
}
