import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { undoing } from "../../undo.ts";
import { checkInstance } from "./cluster-checks.ts";
import type { Databases, RunningCluster } from "./databases.ts";
import { databaseDoor } from "./doors.ts";
import { PARAMETER_GROUP, SUBNET_GROUP, subnetFacts } from "./groups.ts";
import { newDatabaseId, rdsArn } from "./identifiers.ts";
import { clusterDestination } from "./places.ts";
import { ENGINE_VERSION } from "./postgres-binaries.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { CLUSTER, CLUSTER_INSTANCE } from "./tokens.ts";

const COMES_BACK_WITHIN_MS = 15_000;

export function clusterInstanceType(databases: Databases): ResourceType {
  return {
    token: CLUSTER_INSTANCE,
    autoName: "identifier",
    uniqueBy: ["identifier"],
    replaceOnChanges: [
      ...["identifier", "identifierPrefix", "clusterIdentifier", "availabilityZone", "dbSubnetGroupName", "engine"],
      ...["customIamInstanceProfile"],
    ],
    computed: [
      ...[
        "arn",
        "dbiResourceId",
        "endpoint",
        "port",
        "writer",
        "availabilityZone",
        "engineVersion",
        "engineVersionActual",
      ],
      ...[
        "dbParameterGroupName",
        "dbSubnetGroupName",
        "kmsKeyId",
        "storageEncrypted",
        "caCertIdentifier",
        "networkType",
      ],
      ...["preferredBackupWindow", "preferredMaintenanceWindow", "publiclyAccessible"],
    ],
    check: checkInstance,
    create: (inputs, cloud) => createInstance(databases, inputs, cloud),
    read: (record, cloud) => readInstance(databases, record, cloud),
    update: (record, inputs, cloud) => updateInstance(databases, record, inputs, cloud),
    delete: (record, cloud) => deleteInstance(databases, record, cloud),
  };
}

async function createInstance(
  databases: Databases,
  inputs: Properties,
  cloud: Cloud,
): Promise<{ id: string; outputs: Properties }> {
  const id = inputs.identifier as string;
  const cluster = requireCluster(inputs, cloud);
  refuseConflicts(inputs, cluster, cloud);
  const running = databases.require(cluster.id);

  return undoing(
    async (onFailure) => {
      running.instanceParameterGroups.set(id, inputs.dbParameterGroupName as string | undefined);
      onFailure(async () => running.instanceParameterGroups.delete(id));
      await running.cluster.addInstance(id);
      onFailure(() => running.cluster.removeInstance(id));
      const port = await cloud.ports.allocate(portPurpose(id));
      onFailure(() => cloud.ports.release(portPurpose(id)));
      await openInstanceDoor(databases, running, id, port, cloud);
      return {
        id,
        outputs: {
          arn: rdsArn("db", id),
          dbiResourceId: newDatabaseId("db"),
          endpoint: "127.0.0.1",
          port,
          availabilityZone: inputs.availabilityZone ?? nextZone(cluster, cloud),
          ...facts(running, id, inputs, cluster),
        },
      };
    },
    (message) => cloud.log(message),
  );
}

function requireCluster(inputs: Properties, cloud: Cloud): ResourceRecord {
  const identifier = inputs.clusterIdentifier as string;
  const cluster = cloud.account.byId(CLUSTER, identifier);
  if (!cluster) throw new Error(`DBClusterNotFoundFault: Could not find DB cluster ${identifier}.`);
  return cluster;
}

/** What AWS refuses by looking at the cluster the instance shall join. */
function refuseConflicts(inputs: Properties, cluster: ResourceRecord, cloud: Cloud): void {
  const { engineVersion, instanceClass, availabilityZone, dbParameterGroupName } = inputs;
  const clusterVersion = cluster.outputs.engineVersion as string;
  if (engineVersion !== undefined && !sameVersion(String(engineVersion), clusterVersion)) {
    throw new Error(
      `InvalidParameterCombination: The engine version that you requested for your DB instance (${String(engineVersion)}) ` +
        `does not match the engine version of your DB cluster (${clusterVersion}).`,
    );
  }
  if (instanceClass === "db.serverless" && cluster.inputs.serverlessv2ScalingConfiguration === undefined) {
    throw new Error(
      "InvalidDBClusterStateFault: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
    );
  }
  const zones = clusterZones(cluster, cloud);
  if (availabilityZone !== undefined && zones.length > 0 && !zones.includes(availabilityZone as string)) {
    throw new Error(
      `InvalidVPCNetworkStateFault: The DB subnet group has no subnet in ${String(availabilityZone)}; it covers ${zones.join(", ")}.`,
    );
  }
  const group = dbParameterGroupName as string | undefined;
  if (group && !group.startsWith("default") && !cloud.account.byId(PARAMETER_GROUP, group)) {
    throw new Error(`DBParameterGroupNotFound: DBParameterGroup '${group}' does not exist.`);
  }
}

/** "17" stands for whatever minor version runs. */
function sameVersion(left: string, right: string): boolean {
  return left === right || left === right.split(".")[0] || right === left.split(".")[0];
}

function clusterZones(cluster: ResourceRecord, cloud: Cloud): readonly string[] {
  const subnetGroup = cloud.account.byId(SUBNET_GROUP, cluster.outputs.dbSubnetGroupName as string);
  return [...subnetFacts(cloud, (subnetGroup?.inputs.subnetIds as string[] | undefined) ?? []).zones].toSorted();
}

/** Aurora spreads instances that name no zone. */
function nextZone(cluster: ResourceRecord, cloud: Cloud): string {
  const zones = clusterZones(cluster, cloud);
  const members = cloud.account
    .ofType(CLUSTER_INSTANCE)
    .filter(({ inputs }) => inputs.clusterIdentifier === cluster.id);
  return zones[members.length % Math.max(1, zones.length)] ?? "us-east-1a";
}

function facts(running: RunningCluster, id: string, inputs: Properties, cluster: ResourceRecord): Properties {
  return {
    writer: running.cluster.writer()?.identifier === id,
    engineVersion: inputs.engineVersion ?? cluster.outputs.engineVersion,
    engineVersionActual: ENGINE_VERSION,
    dbParameterGroupName: inputs.dbParameterGroupName ?? "default.aurora-postgresql17",
    dbSubnetGroupName: cluster.outputs.dbSubnetGroupName,
    kmsKeyId: cluster.outputs.kmsKeyId,
    storageEncrypted: cluster.outputs.storageEncrypted,
    caCertIdentifier: inputs.caCertIdentifier ?? "rds-ca-rsa2048-g1",
    networkType: "IPV4",
    preferredBackupWindow: inputs.preferredBackupWindow ?? cluster.outputs.preferredBackupWindow,
    preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? cluster.outputs.preferredMaintenanceWindow,
    publiclyAccessible: inputs.publiclyAccessible ?? false,
  };
}

export async function openInstanceDoor(
  databases: Databases,
  running: RunningCluster,
  id: string,
  port: number,
  cloud: Cloud,
): Promise<void> {
  const { identifier, cluster } = running;
  const place = {
    ...{ name: `${identifier} (instance ${id})`, host: "127.0.0.1", port, tls: databases.tls(identifier) },
    destination: () => clusterDestination(cloud, identifier),
  };
  const iamEnabled = () => cloud.account.byId(CLUSTER, identifier)?.inputs.iamDatabaseAuthenticationEnabled === true;
  await databases.open(
    `instance/${id}`,
    databaseDoor(cloud, place, cluster, { target: () => cluster.node(id), iamEnabled }),
  );
}

/**
 * A server that died comes back by itself, so it is waited for. An instance that stays away is gone: the next update
 * makes it again on the storage that is there.
 */
async function readInstance(
  databases: Databases,
  record: ResourceRecord,
  cloud: Cloud,
): Promise<Properties | undefined> {
  const running = databases.get(record.inputs.clusterIdentifier as string);
  const node = running?.cluster.node(record.id);
  if (!running || !node || !(await comesBack(running, node))) return undefined;
  const cluster = cloud.account.byId(CLUSTER, running.identifier);
  return {
    writer: running.cluster.writer() === node,
    ...(cluster && { dbSubnetGroupName: cluster.outputs.dbSubnetGroupName }),
  };
}

async function comesBack({ cluster }: RunningCluster, node: PostgresNode): Promise<boolean> {
  const deadline = Date.now() + COMES_BACK_WITHIN_MS;
  while (!node.hasData() || !(await node.answers())) {
    if (!cluster.hasStorage() || Date.now() > deadline) return false;
    await delay(100);
  }
  return true;
}

async function updateInstance(
  databases: Databases,
  record: ResourceRecord,
  inputs: Properties,
  cloud: Cloud,
): Promise<Properties> {
  const cluster = requireCluster(inputs, cloud);
  refuseConflicts(inputs, cluster, cloud);
  const running = databases.require(cluster.id);
  running.instanceParameterGroups.set(record.id, inputs.dbParameterGroupName as string | undefined);
  const node = running.cluster.node(record.id);
  if (node && (await node.answers())) await running.cluster.applySettings();
  else await running.cluster.addInstance(record.id);
  return facts(running, record.id, inputs, cluster);
}

async function deleteInstance(databases: Databases, record: ResourceRecord, cloud: Cloud): Promise<void> {
  const running = databases.get(record.inputs.clusterIdentifier as string);
  await databases.close(`instance/${record.id}`);
  await running?.cluster.removeInstance(record.id);
  running?.instanceParameterGroups.delete(record.id);
  await cloud.ports.release(portPurpose(record.id));
}

function portPurpose(id: string): string {
  return `rds-instance-${id}`;
}
