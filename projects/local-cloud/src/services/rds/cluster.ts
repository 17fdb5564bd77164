import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { undoing } from "../../undo.ts";
import { checkCluster } from "./cluster-checks.ts";
import type { Databases, RunningCluster } from "./databases.ts";
import { databaseDoor } from "./doors.ts";
import { CLUSTER_PARAMETER_GROUP, SUBNET_GROUP, subnetFacts } from "./groups.ts";
import { newDatabaseId, rdsArn } from "./identifiers.ts";
import { createMasterSecret, deleteMasterSecret, masterSecretExists, newMasterPassword } from "./master-secret.ts";
import type { MasterUserSecret } from "./master-secret.ts";
import { ENGINE_VERSION } from "./postgres-binaries.ts";
import { clusterDestination } from "./places.ts";
import { scramVerifier } from "./scram.ts";
import { CLUSTER, CLUSTER_INSTANCE } from "./tokens.ts";

/** Hosted zone of Aurora's endpoints in this region. */
const HOSTED_ZONE_ID = "Z2R2ITUGPM61AM";

export function clusterType(databases: Databases): ResourceType {
  return {
    token: CLUSTER,
    autoName: "clusterIdentifier",
    uniqueBy: ["clusterIdentifier"],
    replaceOnChanges: [
      ...[
        "clusterIdentifier",
        "clusterIdentifierPrefix",
        "availabilityZones",
        "databaseName",
        "dbSubnetGroupName",
        "engine",
      ],
      ...["engineMode", "kmsKeyId", "masterUsername", "storageEncrypted", "port", "storageType", "dbSystemId"],
    ],
    computed: [
      ...[
        "arn",
        "clusterResourceId",
        "clusterMembers",
        "endpoint",
        "readerEndpoint",
        "port",
        "hostedZoneId",
        "engineVersion",
      ],
      ...[
        "engineVersionActual",
        "masterUserSecrets",
        "availabilityZones",
        "dbClusterParameterGroupName",
        "dbSubnetGroupName",
      ],
      ...[
        "kmsKeyId",
        "backupRetentionPeriod",
        "preferredBackupWindow",
        "preferredMaintenanceWindow",
        "iamRoles",
        "networkType",
      ],
      ...["caCertificateIdentifier", "vpcSecurityGroupIds", "storageEncrypted", "clusterScalabilityType"],
    ],
    check: checkCluster,
    create: (inputs, cloud) => createCluster(databases, inputs, cloud),
    read: (record, cloud) => readCluster(databases, record, cloud),
    update: (record, inputs, cloud) => updateCluster(databases, record, inputs, cloud),
    delete: (record, cloud) => deleteCluster(databases, record, cloud),
  };
}

async function createCluster(
  databases: Databases,
  inputs: Properties,
  cloud: Cloud,
): Promise<{ id: string; outputs: Properties }> {
  refuseMissingGroups(inputs, cloud);
  const id = inputs.clusterIdentifier as string;
  const clusterResourceId = newDatabaseId("cluster");
  const arn = rdsArn("cluster", id);
  const managed = inputs.manageMasterUserPassword === true;
  const password = managed ? newMasterPassword() : (inputs.masterPassword as string);

  return undoing(
    async (onFailure) => {
      // Whatever is left of a cluster of this name that was lost.
      await databases.forget(id);
      const running = databases.add(id, clusterResourceId, inputs.dbClusterParameterGroupName as string | undefined);
      onFailure(() => databases.forget(id));
      await running.cluster.storage.create({
        masterUsername: inputs.masterUsername as string,
        masterVerifier: scramVerifier(password),
        databaseName: inputs.databaseName as string | undefined,
      });
      onFailure(() => running.cluster.storage.destroy());
      const secret = managed ? await newSecret(cloud, inputs, arn, password) : undefined;
      if (secret) onFailure(() => deleteMasterSecret(cloud, secret.secretArn));
      const port = await cloud.ports.allocate(portPurpose(clusterResourceId), { pair: true });
      onFailure(() => cloud.ports.release(portPurpose(clusterResourceId)));
      onFailure(() => closeClusterDoors(databases, id));
      await openClusterDoors(databases, running, port, cloud);

      return {
        id,
        outputs: {
          arn,
          clusterResourceId,
          clusterMembers: [],
          endpoint: "127.0.0.1",
          readerEndpoint: "127.0.0.2",
          port,
          hostedZoneId: HOSTED_ZONE_ID,
          engineVersion: inputs.engineVersion ?? ENGINE_VERSION,
          engineVersionActual: ENGINE_VERSION,
          masterUserSecrets: secret ? [secret] : [],
          ...defaults(inputs, cloud),
        },
      };
    },
    (message) => cloud.log(message),
  );
}

/** Before anything starts: what the cluster refers to must be in the account. */
function refuseMissingGroups(inputs: Properties, cloud: Cloud): void {
  const references = [
    ["dbSubnetGroupName", SUBNET_GROUP, "DBSubnetGroupNotFoundFault: DB subnet group"],
    [
      "dbClusterParameterGroupName",
      CLUSTER_PARAMETER_GROUP,
      "DBClusterParameterGroupNotFound: DBClusterParameterGroup",
    ],
  ] as const;
  for (const [property, token, fault] of references) {
    const name = inputs[property] as string | undefined;
    if (name && !name.startsWith("default") && !cloud.account.byId(token, name))
      throw new Error(`${fault} '${name}' does not exist.`);
  }
}

/** What AWS fills in where the program is silent. */
function defaults(inputs: Properties, cloud: Cloud): Properties {
  const subnetGroup = cloud.account.byId(SUBNET_GROUP, (inputs.dbSubnetGroupName as string | undefined) ?? "");
  const zones = subnetFacts(cloud, (subnetGroup?.inputs.subnetIds as string[] | undefined) ?? []).zones;
  return {
    availabilityZones: inputs.availabilityZones ?? [...zones].toSorted(),
    dbClusterParameterGroupName: inputs.dbClusterParameterGroupName ?? "default.aurora-postgresql17",
    dbSubnetGroupName: inputs.dbSubnetGroupName ?? "default",
    kmsKeyId: inputs.kmsKeyId ?? "",
    backupRetentionPeriod: inputs.backupRetentionPeriod ?? 1,
    preferredBackupWindow: inputs.preferredBackupWindow ?? "04:00-04:30",
    preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? "sun:05:00-sun:05:30",
    iamRoles: inputs.iamRoles ?? [],
    networkType: inputs.networkType ?? "IPV4",
    caCertificateIdentifier: inputs.caCertificateIdentifier ?? "rds-ca-rsa2048-g1",
    vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [],
    storageEncrypted: inputs.storageEncrypted ?? false,
    clusterScalabilityType: inputs.clusterScalabilityType ?? "standard",
  };
}

function newSecret(cloud: Cloud, inputs: Properties, clusterArn: string, password: string): Promise<MasterUserSecret> {
  return createMasterSecret(cloud, {
    username: inputs.masterUsername as string,
    password,
    kmsKeyId: inputs.masterUserSecretKmsKeyId as string | undefined,
    clusterArn,
  });
}

/** The writer's and the reader's endpoint: one port, two addresses. */
export async function openClusterDoors(
  databases: Databases,
  running: RunningCluster,
  port: number,
  cloud: Cloud,
): Promise<void> {
  const { identifier, cluster } = running;
  const tls = databases.tls(identifier);
  const iamEnabled = () => cloud.account.byId(CLUSTER, identifier)?.inputs.iamDatabaseAuthenticationEnabled === true;
  const destination = () => clusterDestination(cloud, identifier);
  const writer = { name: `${identifier} (writer)`, host: "127.0.0.1", port, tls, destination };
  const reader = { name: `${identifier} (reader)`, host: "127.0.0.2", port, tls, destination };
  await databases.open(
    `${identifier}/writer`,
    databaseDoor(cloud, writer, cluster, { target: () => cluster.servingWriter(), iamEnabled }),
  );
  await databases.open(
    `${identifier}/reader`,
    databaseDoor(cloud, reader, cluster, { target: () => cluster.servingReader(), iamEnabled }),
  );
}

async function closeClusterDoors(databases: Databases, identifier: string): Promise<void> {
  await databases.close(`${identifier}/writer`);
  await databases.close(`${identifier}/reader`);
}

/** The storage decides whether the cluster is there; a lost master secret shows as a password nobody manages. */
async function readCluster(
  databases: Databases,
  record: ResourceRecord,
  cloud: Cloud,
): Promise<Properties | undefined> {
  const running = databases.get(record.id);
  if (!running?.cluster.hasStorage()) return undefined;
  const secret = masterSecretOf(record);
  const secretLost = secret !== undefined && !(await masterSecretExists(cloud, secret.secretArn));
  return {
    clusterMembers: membersOf(cloud, record.id),
    ...(secretLost && { masterUserSecrets: [], manageMasterUserPassword: false }),
  };
}

function membersOf(cloud: Cloud, identifier: string): readonly string[] {
  return cloud.account
    .ofType(CLUSTER_INSTANCE)
    .filter(({ inputs }) => inputs.clusterIdentifier === identifier)
    .map(({ id }) => id)
    .toSorted();
}

function masterSecretOf(record: ResourceRecord): MasterUserSecret | undefined {
  return (record.outputs.masterUserSecrets as readonly MasterUserSecret[] | undefined)?.[0];
}

async function updateCluster(
  databases: Databases,
  record: ResourceRecord,
  inputs: Properties,
  cloud: Cloud,
): Promise<Properties> {
  refuseMissingGroups(inputs, cloud);
  const running = databases.require(record.id);
  const group = inputs.dbClusterParameterGroupName as string | undefined;
  if (group !== running.parameterGroup) {
    running.parameterGroup = group;
    await running.cluster.applySettings();
  }
  const masterUserSecrets = await changeMasterPassword(running, record, inputs, cloud);
  return {
    ...defaults(inputs, cloud),
    masterUserSecrets,
    clusterMembers: membersOf(cloud, record.id),
    engineVersion: inputs.engineVersion ?? ENGINE_VERSION,
    port: record.outputs.port,
  };
}

/** Managed or given: whichever the program says now becomes the master user's password. */
async function changeMasterPassword(
  running: RunningCluster,
  record: ResourceRecord,
  inputs: Properties,
  cloud: Cloud,
): Promise<readonly MasterUserSecret[]> {
  const user = inputs.masterUsername as string;
  const held = masterSecretOf(record);
  const managed = inputs.manageMasterUserPassword === true;
  const intact = held !== undefined && (await masterSecretExists(cloud, held.secretArn));
  if (managed && intact) return [held];
  if (managed) {
    const password = newMasterPassword();
    await running.cluster.setPassword(user, scramVerifier(password));
    return [await newSecret(cloud, inputs, rdsArn("cluster", record.id), password)];
  }
  const given = inputs.masterPassword as string | undefined;
  if (given !== undefined && (held !== undefined || given !== record.inputs.masterPassword)) {
    await running.cluster.setPassword(user, scramVerifier(given));
  }
  if (held) await deleteMasterSecret(cloud, held.secretArn);
  return [];
}

async function deleteCluster(databases: Databases, record: ResourceRecord, cloud: Cloud): Promise<void> {
  const members = membersOf(cloud, record.id);
  if (record.inputs.deletionProtection === true) {
    throw new Error(
      "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
    );
  }
  if (members.length > 0) {
    throw new Error(
      `InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state: ${members.join(", ")}.`,
    );
  }
  if (record.inputs.skipFinalSnapshot !== true) {
    throw new Error(
      record.inputs.finalSnapshotIdentifier === undefined
        ? "RDS Cluster finalSnapshotIdentifier is required when skipFinalSnapshot is false."
        : "The local cloud takes no snapshots yet, so it cannot keep a final one: set skipFinalSnapshot, deploy, then destroy.",
    );
  }
  const running = databases.get(record.id);
  await closeClusterDoors(databases, record.id);
  await databases.forget(record.id);
  await running?.cluster.storage.destroy();
  const secret = masterSecretOf(record);
  if (secret) await deleteMasterSecret(cloud, secret.secretArn);
  await cloud.ports.release(portPurpose(record.outputs.clusterResourceId as string));
}

function portPurpose(resourceId: string): string {
  return `rds-${resourceId}`;
}
