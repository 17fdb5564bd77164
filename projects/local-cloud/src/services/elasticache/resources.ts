import type { Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { undoing } from "../../undo.ts";
import type { Caches, GroupPlan } from "./caches.ts";
import { checkReplicationGroup } from "./checks.ts";
import { maxmemoryBytes } from "./parameters.ts";
import { PARAMETER_GROUP, REPLICATION_GROUP, SUBNET_GROUP, USER_GROUP } from "./tokens.ts";

/** What the servers here are; ElastiCache's own 7.1 is Redis 7.0 with improvements of AWS. */
const ENGINE_VERSION_ACTUAL = "7.0.15";

export function replicationGroupType(caches: Caches): ResourceType {
  return {
    token: REPLICATION_GROUP,
    autoName: "replicationGroupId",
    uniqueBy: ["replicationGroupId"],
    replaceOnChanges: [
      ...["replicationGroupId", "engine", "subnetGroupName", "atRestEncryptionEnabled", "kmsKeyId", "port"],
      ...["transitEncryptionEnabled", "dataTieringEnabled", "networkType", "preferredCacheClusterAzs"],
    ],
    computed: [
      ...["arn", "primaryEndpointAddress", "readerEndpointAddress", "port", "memberClusters", "numCacheClusters"],
      ...["engineVersionActual", "clusterEnabled", "clusterMode", "configurationEndpointAddress", "parameterGroupName"],
      ...[
        "maintenanceWindow",
        "snapshotWindow",
        "networkType",
        "ipDiscovery",
        "transitEncryptionMode",
        "securityGroupIds",
      ],
      ...["numNodeGroups", "replicasPerNodeGroup"],
    ],
    check: checkReplicationGroup,
    create: (inputs, cloud) => createGroup(caches, inputs, cloud),
    read: (record) => readGroup(caches, record),
    update: (record, inputs, cloud) => updateGroup(caches, record, inputs, cloud),
    delete: async (record, cloud) => {
      await caches.get(record.id)?.destroy();
      caches.forget(record.id);
      await cloud.ports.release(portPurpose(record.id));
    },
  };
}

async function createGroup(
  caches: Caches,
  inputs: Properties,
  cloud: Cloud,
): Promise<{ id: string; outputs: Properties }> {
  const id = inputs.replicationGroupId as string;
  refuseMissing(inputs, cloud);
  return undoing(
    async (onFailure) => {
      // Whatever is left of a group of this name that was lost.
      await caches.get(id)?.destroy();
      const group = caches.add(id, planOf(inputs));
      onFailure(async () => caches.forget(id));
      onFailure(() => group.destroy());
      await group.ensureNodes(nodeCount(inputs));
      const port = await cloud.ports.allocate(portPurpose(id), { pair: true });
      onFailure(() => cloud.ports.release(portPurpose(id)));
      await group.openEndpoints(port);
      return {
        id,
        outputs: {
          arn: arn("elasticache", `replicationgroup:${id}`),
          primaryEndpointAddress: "127.0.0.1",
          readerEndpointAddress: "127.0.0.2",
          port,
          memberClusters: group.nodes.map(({ name }) => name),
          ...defaults(inputs),
        },
      };
    },
    (message) => cloud.log(message),
  );
}

/** What the group refers to must be in the account. */
function refuseMissing(inputs: Properties, cloud: Cloud): void {
  const { subnetGroupName, parameterGroupName } = inputs;
  const references: readonly (readonly [string, unknown, string])[] = [
    [SUBNET_GROUP, subnetGroupName, "CacheSubnetGroupNotFoundFault: Cache Subnet Group"],
    [PARAMETER_GROUP, parameterGroupName, "CacheParameterGroupNotFound: CacheParameterGroup"],
    ...userGroupsOf(inputs).map((id) => [USER_GROUP, id, "UserGroupNotFound: User group"] as const),
  ];
  for (const [token, name, fault] of references) {
    if (typeof name !== "string" || name.startsWith("default")) continue;
    if (!cloud.account.byId(token, name)) throw new Error(`${fault} ${name} does not exist.`);
  }
}

function userGroupsOf(inputs: Properties): readonly string[] {
  return (inputs.userGroupIds as readonly string[] | undefined) ?? [];
}

export function nodeCount(inputs: Properties): number {
  return (inputs.numCacheClusters as number | undefined) ?? 1;
}

export function planOf(inputs: Properties): GroupPlan {
  return {
    parameterGroup: inputs.parameterGroupName as string | undefined,
    userGroups: userGroupsOf(inputs),
    maxmemoryBytes: maxmemoryBytes((inputs.nodeType as string | undefined) ?? ""),
    automaticFailover: inputs.automaticFailoverEnabled === true,
  };
}

function defaults(inputs: Properties): Properties {
  return {
    numCacheClusters: nodeCount(inputs),
    numNodeGroups: 1,
    replicasPerNodeGroup: nodeCount(inputs) - 1,
    engineVersionActual: ENGINE_VERSION_ACTUAL,
    clusterEnabled: false,
    clusterMode: "disabled",
    configurationEndpointAddress: null,
    parameterGroupName: inputs.parameterGroupName ?? "default.redis7",
    maintenanceWindow: inputs.maintenanceWindow ?? "sun:05:00-sun:06:00",
    snapshotWindow: inputs.snapshotWindow ?? "03:00-04:00",
    networkType: inputs.networkType ?? "ipv4",
    ipDiscovery: inputs.ipDiscovery ?? "ipv4",
    transitEncryptionMode: "required",
    securityGroupIds: inputs.securityGroupIds ?? [],
  };
}

/** Counts the nodes that answer: one that died shows as a smaller group, and the next update brings it back. */
async function readGroup(caches: Caches, record: ResourceRecord): Promise<Properties | undefined> {
  const group = caches.get(record.id);
  if (!group?.hasFolder()) return undefined;
  const live = await group.liveNodes();
  return { memberClusters: live, numCacheClusters: live.length };
}

async function updateGroup(
  caches: Caches,
  record: ResourceRecord,
  inputs: Properties,
  cloud: Cloud,
): Promise<Properties> {
  refuseMissing(inputs, cloud);
  const group = caches.get(record.id);
  if (!group) throw new Error(`ReplicationGroupNotFoundFault: ReplicationGroup ${record.id} not found.`);
  caches.replan(record.id, planOf(inputs));
  await group.ensureNodes(nodeCount(inputs));
  await group.applyUsers();
  await group.applySettings();
  return { ...defaults(inputs), memberClusters: group.nodes.map(({ name }) => name), port: record.outputs.port };
}

function portPurpose(id: string): string {
  return `elasticache-${id}`;
}
