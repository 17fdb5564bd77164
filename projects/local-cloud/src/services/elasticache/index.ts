import type { Cloud, Service } from "../../cloud.ts";
import { elasticacheApi } from "./api.ts";
import { Caches } from "./caches.ts";
import { parameterGroupType, parametersOf, subnetGroupType } from "./groups.ts";
import { nodeCount, planOf, replicationGroupType } from "./resources.ts";
import { PARAMETER_GROUP, REPLICATION_GROUP, USER_GROUP } from "./tokens.ts";
import { membersOf, userGroupType, userType } from "./users.ts";

/** ElastiCache on real Redis servers: replication groups, users and user groups. */
export function elasticacheService(cloud: Cloud): Service {
  const caches = new Caches(cloud);
  return {
    name: "elasticache",
    resources: [
      subnetGroupType(),
      parameterGroupType(caches),
      userType(caches),
      userGroupType(caches),
      replicationGroupType(caches),
    ],
    api: { service: "elasticache", handle: elasticacheApi(cloud, caches) },
    start: () => {
      caches.listen();
      return restore(cloud, caches);
    },
    stop: () => caches.stop(),
  };
}

/** Finds everything again after a restart of the cloud. What does not come back is logged, and a refresh shows it. */
async function restore(cloud: Cloud, caches: Caches): Promise<void> {
  for (const { id, inputs } of cloud.account.ofType(PARAMETER_GROUP))
    await caches.setParameters(id, parametersOf(inputs));
  for (const { id, inputs } of cloud.account.ofType(USER_GROUP)) await caches.setUserGroup(id, membersOf(inputs));
  for (const { id, inputs, outputs } of cloud.account.ofType(REPLICATION_GROUP)) {
    const group = caches.add(id, planOf(inputs));
    await group.openEndpoints(outputs.port as number);
    await group
      .restore(nodeCount(inputs))
      .catch((error: unknown) => cloud.log(`elasticache: ${id} did not come back: ${(error as Error).message}`));
  }
}
