import type { Address, Cloud, Service } from "../../cloud.ts";
import { Balancer } from "./balancer.ts";
import type { HealthStatus } from "./health.ts";
import { elbv2Resources, revive } from "./resources.ts";
import type { TargetDestination } from "./target-group.ts";

export type { HealthStatus } from "./health.ts";

/** What ECS needs of load balancing, and the gateway. */
export interface Elbv2Service extends Service {
  /** Where the listener that a load balancer has on this port can be reached on this machine. */
  addressOf(loadBalancerArn: string, port: number): Address;
  /** Where the same listener stands in the network. */
  destinationOf(loadBalancerArn: string, port: number): TargetDestination;
  /** @param destination where the target stands in the network, and the port it has there */
  register(targetGroupArn: string, target: Address, destination?: TargetDestination): void;
  /** Resolves when the target has answered what it was sent, or its group's delay is over. */
  deregister(targetGroupArn: string, target: Address): Promise<void>;
  /** Undefined: not registered. */
  targetHealth(targetGroupArn: string, target: Address): HealthStatus | undefined;
  /** Called when the health of some target in the group may have changed; returns how to stop that. */
  onTargetHealth(targetGroupArn: string, listener: () => void): () => void;
  /** Whether a listener or rule forwards to the group: without, its targets are never healthy. */
  isAttached(targetGroupArn: string): boolean;
}

export function elbv2Service(cloud: Cloud): Elbv2Service {
  const balancer = new Balancer(cloud);
  const group = (arn: string) => {
    const found = balancer.group(arn);
    if (found === undefined) throw new Error(`TargetGroupNotFound: Target group '${arn}' not found`);
    return found;
  };
  return {
    name: "elbv2",
    resources: elbv2Resources(balancer),
    start: () => revive(balancer, cloud),
    stop: () => balancer.stop(),
    addressOf: (loadBalancerArn, port) => balancer.addressOf(loadBalancerArn, port),
    destinationOf: (loadBalancerArn, port) => balancer.destinationOf(loadBalancerArn, port),
    register: (arn, target, destination) => group(arn).register(target, destination),
    deregister: async (arn, target) => balancer.group(arn)?.deregister(target),
    targetHealth: (arn, target) => balancer.group(arn)?.health(target),
    onTargetHealth: (arn, listener) => group(arn).onChange(listener),
    isAttached: (arn) => balancer.group(arn)?.attached ?? false,
  };
}
