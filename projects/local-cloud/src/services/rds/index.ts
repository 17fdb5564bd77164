import type { Cloud, Service } from "../../cloud.ts";
import { rdsApi } from "./api.ts";
import { clusterType, openClusterDoors } from "./cluster.ts";
import { clusterInstanceType, openInstanceDoor } from "./cluster-instance.ts";
import { Databases } from "./databases.ts";
import {
  CLUSTER_PARAMETER_GROUP,
  PARAMETER_GROUP,
  parameterGroupTypes,
  parametersOf,
  subnetGroupType,
} from "./groups.ts";
import { eventSubscription } from "./event-subscription.ts";
import { clusterOfSecret, rotateMasterPassword } from "./master-rotation.ts";
import { openProxyDoor, proxyEndpointType, proxyType } from "./proxy.ts";
import { proxyDefaultTargetGroupType, proxyTargetType } from "./proxy-targets.ts";
import { CLUSTER, CLUSTER_INSTANCE, PROXY, PROXY_ENDPOINT } from "./tokens.ts";

/** What Secrets Manager needs of RDS: the rotation of the secrets that RDS manages. */
export interface RdsService extends Service {
  managesSecret(secretArn: string): boolean;
  rotateMasterPassword(secretArn: string): Promise<void>;
}

/** Aurora PostgreSQL and RDS Proxy on real PostgreSQL servers. */
export function rdsService(cloud: Cloud): RdsService {
  const databases = new Databases(cloud);
  return {
    name: "rds",
    resources: [
      subnetGroupType(),
      ...parameterGroupTypes(databases),
      clusterType(databases),
      clusterInstanceType(databases),
      proxyType(databases),
      proxyDefaultTargetGroupType(),
      proxyTargetType(databases),
      proxyEndpointType(databases),
      eventSubscription,
    ],
    api: { service: "rds", handle: rdsApi(cloud, databases) },
    start: () => {
      databases.listen();
      return restore(cloud, databases);
    },
    stop: () => databases.stop(),
    managesSecret: (secretArn) => clusterOfSecret(cloud, secretArn) !== undefined,
    rotateMasterPassword: (secretArn) => rotateMasterPassword(cloud, databases, secretArn),
  };
}

/** Finds everything again after a restart of the cloud. What does not come back is logged, and a refresh shows it. */
async function restore(cloud: Cloud, databases: Databases): Promise<void> {
  for (const [kind, token] of [
    ["cluster", CLUSTER_PARAMETER_GROUP],
    ["instance", PARAMETER_GROUP],
  ] as const) {
    for (const group of cloud.account.ofType(token))
      await databases.setParameters(kind, group.id, parametersOf(group.inputs));
  }
  for (const { id, inputs, outputs } of cloud.account.ofType(CLUSTER)) {
    const parameterGroup = inputs.dbClusterParameterGroupName as string | undefined;
    const running = databases.add(id, outputs.clusterResourceId as string, parameterGroup);
    await openClusterDoors(databases, running, outputs.port as number, cloud);
  }
  const instances = cloud.account.ofType(CLUSTER_INSTANCE).map(async ({ id, inputs, outputs }) => {
    const running = databases.require(inputs.clusterIdentifier as string);
    running.instanceParameterGroups.set(id, inputs.dbParameterGroupName as string | undefined);
    await openInstanceDoor(databases, running, id, outputs.port as number, cloud);
    await running.cluster
      .restoreInstance(id)
      .catch((error: unknown) => cloud.log(`rds: the instance ${id} did not come back: ${(error as Error).message}`));
  });
  await Promise.all(instances);
  for (const { id, outputs } of cloud.account.ofType(PROXY)) {
    const port = portOf(outputs.endpoint);
    await openProxyDoor(databases, cloud, { proxyName: id, key: `proxy/${id}`, role: "READ_WRITE", port });
  }
  for (const { id, inputs, outputs } of cloud.account.ofType(PROXY_ENDPOINT)) {
    const role = outputs.targetRole as "READ_WRITE" | "READ_ONLY";
    const port = portOf(outputs.endpoint);
    await openProxyDoor(databases, cloud, {
      proxyName: inputs.dbProxyName as string,
      endpointId: id,
      key: `proxy-endpoint/${id}`,
      role,
      port,
    });
  }
}

function portOf(endpoint: unknown): number {
  return Number(String(endpoint).split(":")[1]);
}
