import { randomBytes, randomInt } from "node:crypto";
import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import type { Balancer } from "./balancer.ts";
import { checkListener, checkListenerRule, checkLoadBalancer, checkTargetGroup } from "./checks.ts";

export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";
const SUBNET = "aws:ec2/subnet:Subnet";
/** Hosted zone of load balancers in us-east-1, the same for every account. */
const ZONE_ID = "Z35SXDOTRQ7X7K";

const ARN = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT_ID}`;
const newId = (): string => randomBytes(8).toString("hex");
const suffixOf = (arn: string): string => arn.slice(arn.indexOf(":loadbalancer/") + ":loadbalancer/".length);

export function elbv2Resources(balancer: Balancer): readonly ResourceType[] {
  return [loadBalancer(balancer), targetGroup(balancer), listener(balancer), listenerRule(balancer)];
}

function loadBalancer(balancer: Balancer): ResourceType {
  return {
    token: LOAD_BALANCER,
    autoName: "name",
    uniqueBy: ["name"],
    replaceOnChanges: ["name", "internal", "loadBalancerType"],
    computed: ["arn", "arnSuffix", "dnsName", "vpcId", "zoneId"],
    check: (inputs, cloud) => checkLoadBalancer(inputs, (id) => subnet(cloud, id)?.availabilityZone),
    create: async (inputs, cloud) => {
      const subnets: readonly string[] = inputs.subnets;
      const missing = subnets.find((id) => subnet(cloud, id) === undefined);
      if (missing !== undefined) throw new Error(`SubnetNotFound: The subnet ID '${missing}' is not valid`);
      const arnSuffix = `app/${inputs.name}/${newId()}`;
      const arn = `${ARN}:loadbalancer/${arnSuffix}`;
      const host = `${inputs.name}-${randomInt(1e8, 2 ** 31)}.${REGION}.elb.amazonaws.com`;
      const dnsName = inputs.internal === true ? `internal-${host}` : host;
      balancer.putLoadBalancer(arn, { ...inputs, dnsName });
      const vpcId: unknown = subnet(cloud, subnets[0])?.vpcId;
      return { id: arn, outputs: { arn, arnSuffix, dnsName, vpcId, zoneId: ZONE_ID } };
    },
    update: async (record, inputs) => {
      balancer.putLoadBalancer(record.id, { ...inputs, dnsName: record.outputs.dnsName });
      return {};
    },
    delete: async (record) => {
      if (record.inputs.enableDeletionProtection === true) {
        throw new Error(
          `OperationNotPermitted: Load balancer '${record.id}' cannot be deleted because deletion protection is enabled. ` +
            "Set enableDeletionProtection to false and deploy before deleting it.",
        );
      }
      await balancer.removeLoadBalancer(record.id);
    },
  };
}

function targetGroup(balancer: Balancer): ResourceType {
  return {
    token: TARGET_GROUP,
    autoName: "name",
    uniqueBy: ["name"],
    replaceOnChanges: ["name", "port", "protocol", "protocolVersion", "targetType", "vpcId", "ipAddressType"],
    computed: ["arn", "arnSuffix", "loadBalancerArns"],
    check: (inputs) => checkTargetGroup(inputs),
    create: async (inputs) => {
      const arnSuffix = `targetgroup/${inputs.name}/${newId()}`;
      const arn = `${ARN}:${arnSuffix}`;
      balancer.putGroup(arn, inputs);
      return { id: arn, outputs: { arn, arnSuffix, loadBalancerArns: [] } };
    },
    update: async (record, inputs) => {
      balancer.putGroup(record.id, inputs);
      return {};
    },
    delete: async (record) => {
      const [user] = balancer.usersOf(record.id);
      if (user !== undefined) {
        throw new Error(
          `ResourceInUse: Target group '${record.id}' is currently in use by a listener or a rule (${user}).`,
        );
      }
      balancer.removeGroup(record.id);
    },
  };
}

function listener(balancer: Balancer): ResourceType {
  return {
    token: LISTENER,
    uniqueBy: ["loadBalancerArn", "port"],
    replaceOnChanges: ["loadBalancerArn"],
    computed: ["arn"],
    check: (inputs) => checkListener(inputs),
    create: async (inputs, cloud) => {
      if (cloud.account.byArn(inputs.loadBalancerArn)?.type !== LOAD_BALANCER) {
        throw new Error(`LoadBalancerNotFound: Load balancer '${inputs.loadBalancerArn}' not found`);
      }
      const arn = `${ARN}:listener/${suffixOf(inputs.loadBalancerArn)}/${newId()}`;
      await balancer.putListener(arn, inputs);
      return { id: arn, outputs: { arn } };
    },
    update: async (record, inputs) => {
      if (record.inputs.port !== inputs.port || record.inputs.protocol !== inputs.protocol) {
        await balancer.removeListener(record.id);
      }
      await balancer.putListener(record.id, inputs);
      return {};
    },
    delete: async (record) => balancer.removeListener(record.id),
  };
}

function listenerRule(balancer: Balancer): ResourceType {
  const put = (arn: string, inputs: Properties, priority: number): void =>
    balancer.putRule(arn, { listenerArn: inputs.listenerArn, priority, ...ruleOf(inputs) });
  return {
    token: LISTENER_RULE,
    replaceOnChanges: ["listenerArn"],
    computed: ["arn", "priority"],
    check: (inputs) => checkListenerRule(inputs),
    create: async (inputs) => {
      const rules = balancer.rulesOf(inputs.listenerArn);
      const priority: number = inputs.priority ?? Math.max(0, ...rules.map(([, rule]) => rule.priority)) + 1;
      refuseTaken(rules, priority);
      const arn = `${String(inputs.listenerArn).replace(":listener/", ":listener-rule/")}/${newId()}`;
      put(arn, inputs, priority);
      return { id: arn, outputs: { arn, priority } };
    },
    update: async (record, inputs) => {
      const priority: number = inputs.priority ?? record.outputs.priority;
      refuseTaken(
        balancer.rulesOf(inputs.listenerArn).filter(([arn]) => arn !== record.id),
        priority,
      );
      put(record.id, inputs, priority);
      return { priority };
    },
    delete: async (record) => balancer.removeRule(record.id),
  };
}

/** Opens everything the account holds again. */
export async function revive(balancer: Balancer, cloud: Cloud): Promise<void> {
  const each = (token: string): readonly ResourceRecord[] => cloud.account.ofType(token);
  for (const { id, inputs, outputs } of each(LOAD_BALANCER))
    balancer.putLoadBalancer(id, { ...inputs, dnsName: outputs.dnsName });
  for (const { id, inputs } of each(TARGET_GROUP)) balancer.putGroup(id, inputs);
  for (const { id, inputs } of each(LISTENER)) await balancer.putListener(id, inputs);
  for (const { id, inputs, outputs } of each(LISTENER_RULE)) {
    balancer.putRule(id, { listenerArn: inputs.listenerArn, priority: outputs.priority, ...ruleOf(inputs) });
  }
}

const ruleOf = (inputs: Properties) => ({
  conditions: inputs.conditions as Properties[],
  actions: inputs.actions as Properties[],
  transforms: (inputs.transforms ?? []) as Properties[],
});

function refuseTaken(rules: readonly (readonly [string, { priority: number }])[], priority: number): void {
  const holder = rules.find(([, rule]) => rule.priority === priority);
  if (holder !== undefined)
    throw new Error(`PriorityInUse: Priority '${priority}' is currently in use by ${holder[0]}`);
}

const subnet = (cloud: Cloud, id: string | undefined): Properties | undefined =>
  id === undefined ? undefined : cloud.account.byId(SUBNET, id)?.outputs;
