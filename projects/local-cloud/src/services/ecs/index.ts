import type { Cloud, Service } from "../../cloud.ts";
import { handleEcsCall } from "./api.ts";
import { clusterCapacityProvidersType, clusterType } from "./cluster.ts";
import { SERVICE, serviceType, settingsOf } from "./service.ts";
import { Services } from "./services.ts";
import { TaskDefinitions, taskDefinitionType } from "./task-definition.ts";

export function ecsService(cloud: Cloud): Service {
  const definitions = new TaskDefinitions(cloud);
  const services = new Services(cloud, definitions);
  return {
    name: "ecs",
    resources: [
      clusterType,
      clusterCapacityProvidersType,
      taskDefinitionType(definitions),
      serviceType(services, definitions),
    ],
    api: { service: "ecs", handle: async (request) => handleEcsCall(services, request) },
    start: async () => {
      const settings = cloud.account.ofType(SERVICE).flatMap(({ id, inputs }) => {
        try {
          return [settingsOf(id, inputs, definitions)];
        } catch (error) {
          // Without its definition nothing can be said about its tasks: a refresh shows the service as gone.
          cloud.log(`ecs: ${id} is given up: ${(error as Error).message}`);
          return [];
        }
      });
      await services.revive(settings);
    },
    stop: () => services.release(),
  };
}
