/** A task's way through the network before its container runs: what the platform fetches goes by the task's own interface. */
import type { Cloud } from "../../cloud.ts";
import { PathRefused, type Destination, type NetworkPlace } from "../../network-path/network-paths.ts";
import type { Properties } from "../../resource-type.ts";
import type { EfsService } from "../efs/index.ts";
import type { TaskDefinition } from "./task-definition.ts";

export function placeOfService(inputs: Properties): NetworkPlace {
  const network: Properties = inputs.networkConfiguration ?? {};
  return {
    name: `service ${inputs.name}`,
    subnetIds: network.subnets ?? [],
    securityGroupIds: network.securityGroups ?? [],
    publicAddress: network.assignPublicIp === true,
  };
}

/** @throws what ECS reports of a task that does not get what it needs; each says which rule is missing */
export function requireStartPaths(cloud: Cloud, place: NetworkPlace, { container, volumes }: TaskDefinition): void {
  const reach = (what: string, ...destinations: readonly Destination[]): void => {
    try {
      for (const to of destinations) cloud.network.require(place, to);
    } catch (error) {
      if (error instanceof PathRefused) throw new Error(`${what}: ${error.message}`, { cause: error });
      throw error;
    }
  };
  if (/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\//.test(container.image)) {
    // The token, the manifest, the layers.
    reach("CannotPullContainerError", api("ecr"), api("ecr.dkr"), api("s3"));
  }
  if ((container.secrets ?? []).length > 0) {
    reach("ResourceInitializationError: unable to pull secrets or registry auth", api("secretsmanager"));
  }
  if (container.logConfiguration?.logDriver === "awslogs") {
    reach("ResourceInitializationError: failed to validate logger args", api("logs"));
  }
  for (const { efsVolumeConfiguration: efs } of volumes) {
    if (efs === undefined) continue;
    const targets = cloud.service<EfsService>("efs").mountDestinations(efs.fileSystemId as string);
    reach(`ResourceInitializationError: failed to mount ${efs.fileSystemId}`, ...targets);
  }
}

const api = (service: string): Destination => ({ kind: "aws-service", service });
