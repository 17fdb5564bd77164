import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import type { Elbv2Service } from "../elbv2/index.ts";
import { clusterFault, clusterNameOf } from "./cluster.ts";
import type { ServiceSettings } from "./service-settings.ts";
import type { Services } from "./services.ts";
import type { TaskDefinitions } from "./task-definition.ts";
import { placeOfService } from "./task-network.ts";

export const SERVICE = "aws:ecs/service:Service";

/** As long as AWS's provider waits. */
const STEADY_TIMEOUT_MS = 20 * 60 * 1000;

export function serviceType(services: Services, definitions: TaskDefinitions): ResourceType {
  return {
    token: SERVICE,
    autoName: "name",
    uniqueBy: ["cluster", "name"],
    replaceOnChanges: ["cluster", "name", "launchType", "schedulingStrategy"],
    computed: ["arn"],
    check: checkService,
    create: async (inputs, cloud) => {
      const arn = `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:service/${clusterNameOf(inputs.cluster)}/${inputs.name}`;
      const settings = settingsOf(arn, inputs, definitions);
      refuseUnusable(inputs, settings, definitions, cloud);
      const scheduler = services.create(settings);
      try {
        if (inputs.waitForSteadyState === true) await scheduler.steady(STEADY_TIMEOUT_MS);
      } catch (error) {
        await services.remove(arn);
        throw error;
      }
      return { id: arn, outputs: { arn } };
    },
    update: async (record, inputs, cloud) => {
      const settings = settingsOf(record.id, inputs, definitions);
      refuseUnusable(inputs, settings, definitions, cloud);
      const scheduler = services.get(record.id) ?? services.create(settings);
      scheduler.configure(settings, { force: inputs.forceNewDeployment === true });
      if (inputs.waitForSteadyState === true) await scheduler.steady(STEADY_TIMEOUT_MS);
      return {};
    },
    // A rollback shows here: the definition in use is not the one that the program named.
    read: async (record) => {
      const scheduler = services.get(record.id);
      if (scheduler === undefined) return undefined;
      const inUse = scheduler.deployments[0]?.taskDefinitionArn;
      const recorded: string = record.outputs.taskDefinition;
      const taskDefinition = definitions.resolves(recorded, inUse) ? recorded : inUse;
      return { taskDefinition, desiredCount: scheduler.settings.bounds.desiredCount };
    },
    delete: (record) => services.remove(record.id),
  };
}

export function settingsOf(arn: string, inputs: Properties, definitions: TaskDefinitions): ServiceSettings {
  return {
    arn,
    name: inputs.name,
    taskDefinitionArn: definitions.find(inputs.taskDefinition).arn,
    bounds: {
      desiredCount: inputs.desiredCount ?? 0,
      minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent ?? 100,
      maximumPercent: inputs.deploymentMaximumPercent ?? 200,
    },
    circuitBreaker: {
      enable: inputs.deploymentCircuitBreaker?.enable === true,
      rollback: inputs.deploymentCircuitBreaker?.rollback === true,
    },
    alarms: {
      enable: inputs.alarms?.enable === true,
      rollback: inputs.alarms?.rollback === true,
      names: inputs.alarms?.alarmNames ?? [],
    },
    targetGroupArns: (inputs.loadBalancers ?? []).map((balancer: Properties) => balancer.targetGroupArn),
    containerPorts: Object.fromEntries(
      ((inputs.loadBalancers ?? []) as Properties[]).map((balancer) => [
        balancer.targetGroupArn,
        balancer.containerPort,
      ]),
    ),
    place: placeOfService(inputs),
    gracePeriodMs: (inputs.healthCheckGracePeriodSeconds ?? 0) * 1000,
  };
}

function refuseUnusable(
  inputs: Properties,
  settings: ServiceSettings,
  definitions: TaskDefinitions,
  cloud: Cloud,
): void {
  const noCluster = clusterFault(cloud, inputs.cluster);
  if (noCluster !== undefined) throw new Error(noCluster);
  const { container } = definitions.find(settings.taskDefinitionArn);
  for (const { containerName, containerPort, targetGroupArn } of (inputs.loadBalancers ?? []) as Properties[]) {
    const ports = (container.portMappings ?? []).map((mapping) => mapping.containerPort);
    if (container.name !== containerName || !ports.includes(containerPort)) {
      throw new Error(
        `InvalidParameterException: The container ${containerName} did not have a container port ${containerPort} defined ` +
          `(the task definition has ${container.name} with ${ports.join(", ") || "no port"}).`,
      );
    }
    if (!cloud.service<Elbv2Service>("elbv2").isAttached(targetGroupArn)) {
      throw new Error(
        `InvalidParameterException: The target group with targetGroupArn ${targetGroupArn} does not have an associated ` +
          "load balancer. Let the service depend on the listener or rule that forwards to it.",
      );
    }
  }
}

const REFUSED = [
  ...["serviceConnectConfiguration", "serviceRegistries", "volumeConfiguration", "vpcLatticeConfigurations", "iamRole"],
  ...["orderedPlacementStrategies", "placementConstraints"],
];

function checkService(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    if (inputs.cluster === undefined)
      refuse("cluster", "ClusterNotFoundException: Cluster not found: default. Name a cluster.");
    if (inputs.taskDefinition === undefined)
      refuse("taskDefinition", "InvalidParameterException: TaskDefinition can not be blank.");
    if (known(inputs.name) && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/.test(inputs.name)) {
      refuse(
        "name",
        `InvalidParameterException: "${inputs.name}" is not a service name: letters, digits, hyphens and underscores`,
      );
    }
    if (known(inputs.launchType) && inputs.launchType !== "FARGATE") {
      refuse("launchType", `the local cloud runs Fargate services, not ${inputs.launchType}`);
    }
    if (known(inputs.launchType) && known(inputs.capacityProviderStrategies)) {
      refuse(
        "capacityProviderStrategies",
        "InvalidParameterException: specifying both a launch type and capacity provider strategy is not supported",
      );
    }
    if (inputs.networkConfiguration === undefined) {
      refuse(
        "networkConfiguration",
        "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    }
    if (known(inputs.schedulingStrategy) && inputs.schedulingStrategy !== "REPLICA") {
      refuse(
        "schedulingStrategy",
        `ClientException: The ${inputs.schedulingStrategy} scheduling strategy is not supported for Fargate`,
      );
    }
    if (known(inputs.deploymentController?.type) && inputs.deploymentController.type !== "ECS") {
      refuse("deploymentController", "the local cloud does rolling deployments by ECS itself");
    }
    if (known(inputs.deploymentConfiguration?.strategy) && inputs.deploymentConfiguration.strategy !== "ROLLING") {
      refuse(
        "deploymentConfiguration",
        `the local cloud does ROLLING deployments, not ${inputs.deploymentConfiguration.strategy}`,
      );
    }
    if (known(inputs.desiredCount) && !(Number.isInteger(inputs.desiredCount) && inputs.desiredCount >= 0)) {
      refuse(
        "desiredCount",
        `InvalidParameterException: desiredCount ${inputs.desiredCount} is not a whole number of at least 0`,
      );
    }
    const { deploymentMinimumHealthyPercent: low = 100, deploymentMaximumPercent: high = 200 } = inputs;
    if (known(low) && known(high) && (high < 100 || low < 0 || (low === 100 && high === 100))) {
      refuse(
        "deploymentMaximumPercent",
        `InvalidParameterException: with ${low} % healthy at least and ${high} % at most no task could ever be replaced`,
      );
    }
    for (const property of REFUSED)
      if (known(inputs[property])) refuse(property, `the local cloud does not do ${property}`);
  });
}
