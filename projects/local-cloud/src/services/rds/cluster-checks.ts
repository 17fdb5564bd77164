/** What AWS refuses about a cluster and its instances, decided from the inputs. */
import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { ENGINE_MAJOR, ENGINE_VERSION } from "./postgres-binaries.ts";
import { windowFaults } from "./windows.ts";

const IDENTIFIER = /^(?=.{1,63}$)[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;
const RESERVED_USERS = new Set(["admin", "rdsadmin", "rdsrepladmin", "rds_superuser"]);
const LOG_EXPORTS = new Set(["postgresql", "iam-db-auth-error", "instance", "upgrade"]);
const MONITORING_SECONDS = new Set([0, 1, 5, 10, 15, 30, 60]);
/** Ways to start a cluster from something that exists, and other shapes of one. They are not built here. */
const NOT_SERVED = [
  ...[
    "snapshotIdentifier",
    "restoreToPointInTime",
    "s3Import",
    "globalClusterIdentifier",
    "replicationSourceIdentifier",
  ],
  ...["scalingConfiguration", "allocatedStorage", "iops", "dbClusterInstanceClass", "domain"],
];

export function identifierFault(identifier: string | undefined, what: string): string | undefined {
  if (!known(identifier) || IDENTIFIER.test(identifier)) return undefined;
  return (
    `InvalidParameterValue: The parameter ${what} is not a valid identifier. Identifiers have 1 to 63 lower-case letters, ` +
    "digits and hyphens, begin with a letter, and neither end with a hyphen nor hold two in a row."
  );
}

export function engineFaults(inputs: Properties, refuse: (property: string, reason: string) => void): void {
  const { engine, engineVersion } = inputs;
  if (known(engine) && engine !== "aurora-postgresql") {
    refuse("engine", `The local cloud serves the engine aurora-postgresql, not ${String(engine)}.`);
  }
  if (!known(engineVersion)) return;
  const [major, minor] = String(engineVersion).split(".");
  if (!/^\d+(\.\d+)?$/.test(String(engineVersion))) {
    refuse(
      "engineVersion",
      `InvalidParameterCombination: Cannot find version ${String(engineVersion)} for aurora-postgresql; give major or major.minor.`,
    );
  } else if (major !== ENGINE_MAJOR || (minor !== undefined && Number(minor) > Number(ENGINE_VERSION.split(".")[1]))) {
    refuse(
      "engineVersion",
      `InvalidParameterCombination: Cannot find version ${String(engineVersion)} for aurora-postgresql: PostgreSQL ${ENGINE_VERSION} runs here.`,
    );
  }
}

export function checkCluster(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const name = identifierFault(inputs.clusterIdentifier, "DBClusterIdentifier");
    if (name) refuse("clusterIdentifier", name);
    engineFaults(inputs, refuse);
    masterUserFaults(inputs, refuse);
    capacityFaults(inputs.serverlessv2ScalingConfiguration, refuse);
    storageFaults(inputs, refuse);
    monitoringFaults(inputs, refuse);
    windowFaults(inputs, refuse);

    const { port, backupRetentionPeriod, databaseName, engineMode } = inputs;
    if (known(port) && !(port >= 1150 && port <= 65535)) {
      refuse("port", `InvalidParameterValue: Invalid database port ${String(port)}; the range is 1150-65535.`);
    }
    if (known(backupRetentionPeriod) && !(backupRetentionPeriod >= 1 && backupRetentionPeriod <= 35)) {
      refuse(
        "backupRetentionPeriod",
        `InvalidParameterValue: Invalid backup retention period: ${String(backupRetentionPeriod)}. Retention period must be between 1 and 35.`,
      );
    }
    if (known(databaseName) && !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(String(databaseName))) {
      refuse(
        "databaseName",
        "InvalidParameterValue: DatabaseName must begin with a letter and contain only alphanumeric characters.",
      );
    }
    if (known(engineMode) && engineMode !== "provisioned") {
      refuse(
        "engineMode",
        `The local cloud serves the engine mode provisioned (Serverless v2 uses it too), not ${String(engineMode)}.`,
      );
    }
    for (const exported of knownItems<string>(inputs.enabledCloudwatchLogsExports) ?? []) {
      if (!LOG_EXPORTS.has(exported)) {
        refuse(
          "enabledCloudwatchLogsExports",
          `InvalidParameterCombination: You cannot use the log type ${exported} with the engine aurora-postgresql.`,
        );
      }
    }
    for (const property of NOT_SERVED) {
      if (inputs[property] !== undefined)
        refuse(property, `The local cloud does not serve ${property} of aws:rds/cluster:Cluster.`);
    }
  });
}

function masterUserFaults(inputs: Properties, refuse: (property: string, reason: string) => void): void {
  const { masterUsername, masterPassword, manageMasterUserPassword: managed } = inputs;
  if (masterUsername === undefined)
    refuse("masterUsername", "InvalidParameterValue: The parameter MasterUsername must be provided.");
  if (known(masterUsername)) {
    const user = String(masterUsername);
    if (!/^[A-Za-z][A-Za-z0-9]{0,15}$/.test(user)) {
      refuse(
        "masterUsername",
        "InvalidParameterValue: The parameter MasterUsername must be 1 to 16 letters and digits and begin with a letter.",
      );
    } else if (RESERVED_USERS.has(user.toLowerCase())) {
      refuse(
        "masterUsername",
        `InvalidParameterValue: MasterUsername ${user} cannot be used as it is a reserved word used by the engine.`,
      );
    }
  }
  if (inputs.masterPasswordWo !== undefined) {
    refuse("masterPasswordWo", "The local cloud does not serve masterPasswordWo; use manageMasterUserPassword.");
  }
  if (managed === true && masterPassword !== undefined) {
    refuse(
      "masterPassword",
      "InvalidParameterCombination: You can't specify MasterUserPassword for the cluster with ManageMasterUserPassword enabled.",
    );
  }
  if (managed !== true && known(managed ?? false) && masterPassword === undefined) {
    refuse(
      "masterPassword",
      "InvalidParameterValue: The parameter MasterUserPassword must be provided: set manageMasterUserPassword or masterPassword.",
    );
  }
  // The value stays out of the message.
  if (known(masterPassword) && !/^[!#-.0-?A-~]{8,128}$/.test(String(masterPassword))) {
    refuse(
      "masterPassword",
      "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used, 8 to 128 of them.",
    );
  }
  if (inputs.masterUserSecretKmsKeyId !== undefined && managed !== true && known(managed ?? false)) {
    refuse(
      "masterUserSecretKmsKeyId",
      "InvalidParameterCombination: MasterUserSecretKmsKeyId needs ManageMasterUserPassword.",
    );
  }
}

function capacityFaults(scaling: Properties | undefined, refuse: (property: string, reason: string) => void): void {
  if (!known(scaling)) return;
  const property = "serverlessv2ScalingConfiguration";
  const { minCapacity, maxCapacity, secondsUntilAutoPause } = scaling;
  const inSteps = (value: number): boolean => Number.isInteger(value * 2);
  if (known(minCapacity) && !(minCapacity >= 0 && minCapacity <= 256 && inSteps(minCapacity))) {
    refuse(
      property,
      `InvalidParameterValue: Serverless v2 minimum capacity ${String(minCapacity)} is not valid: 0 to 256 in steps of 0.5.`,
    );
  }
  if (known(maxCapacity) && !(maxCapacity >= 1 && maxCapacity <= 256 && inSteps(maxCapacity))) {
    refuse(
      property,
      `InvalidParameterValue: Serverless v2 maximum capacity ${String(maxCapacity)} is not valid: 1 to 256 in steps of 0.5.`,
    );
  }
  if (known(minCapacity) && known(maxCapacity) && minCapacity > maxCapacity) {
    refuse(
      property,
      `InvalidParameterValue: Serverless v2 minimum capacity ${String(minCapacity)} is above the maximum ${String(maxCapacity)}.`,
    );
  }
  if (known(secondsUntilAutoPause) && known(minCapacity) && minCapacity !== 0) {
    refuse(property, "InvalidParameterCombination: SecondsUntilAutoPause needs a minimum capacity of 0.");
  }
}

function storageFaults(inputs: Properties, refuse: (property: string, reason: string) => void): void {
  if (inputs.kmsKeyId !== undefined && inputs.storageEncrypted !== true && known(inputs.storageEncrypted ?? false)) {
    refuse("storageEncrypted", "InvalidParameterCombination: storageEncrypted must be true when kmsKeyId is set.");
  }
  const { storageType } = inputs;
  if (known(storageType) && !["", "aurora", "aurora-iopt1"].includes(String(storageType))) {
    refuse(
      "storageType",
      `InvalidParameterCombination: Aurora has the storage types aurora and aurora-iopt1, not ${String(storageType)}.`,
    );
  }
}

/** The same rules hold for a cluster and for an instance. */
export function monitoringFaults(inputs: Properties, refuse: (property: string, reason: string) => void): void {
  const { monitoringInterval, monitoringRoleArn, performanceInsightsRetentionPeriod: days } = inputs;
  if (known(monitoringInterval)) {
    if (!MONITORING_SECONDS.has(monitoringInterval)) {
      refuse(
        "monitoringInterval",
        `InvalidParameterValue: Invalid monitoring interval ${String(monitoringInterval)}: 0, 1, 5, 10, 15, 30 or 60.`,
      );
    } else if (monitoringInterval > 0 && monitoringRoleArn === undefined) {
      refuse(
        "monitoringRoleArn",
        "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
      );
    }
  }
  if (monitoringRoleArn !== undefined && (monitoringInterval ?? 0) === 0) {
    refuse(
      "monitoringInterval",
      "InvalidParameterCombination: A MonitoringInterval other than 0 is required if you specify a MonitoringRoleARN.",
    );
  }
  if (known(days) && days !== 7 && days !== 731 && !(days % 31 === 0 && days >= 31 && days <= 713)) {
    refuse(
      "performanceInsightsRetentionPeriod",
      `InvalidParameterValue: Invalid Performance Insights retention period ${String(days)}: 7, 731 or a multiple of 31 up to 713.`,
    );
  }
  if (known(inputs.databaseInsightsMode) && inputs.databaseInsightsMode === "advanced") {
    if (inputs.performanceInsightsEnabled !== true || (known(days) && days < 465) || days === undefined) {
      refuse(
        "databaseInsightsMode",
        "InvalidParameterCombination: Database Insights mode advanced needs Performance Insights with a retention of at least 465 days.",
      );
    }
  }
}

export function checkInstance(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const name = identifierFault(inputs.identifier, "DBInstanceIdentifier");
    if (name) refuse("identifier", name);
    engineFaults(inputs, refuse);
    monitoringFaults(inputs, refuse);
    windowFaults(inputs, refuse);
    const { instanceClass, promotionTier } = inputs;
    if (known(instanceClass) && !/^db\.(serverless|[a-z0-9]+\.[a-z0-9]+)$/.test(String(instanceClass))) {
      refuse("instanceClass", `InvalidParameterValue: Invalid DB Instance class: ${String(instanceClass)}`);
    }
    if (known(promotionTier) && !(Number.isInteger(promotionTier) && promotionTier >= 0 && promotionTier <= 15)) {
      refuse("promotionTier", `InvalidParameterValue: Invalid promotion tier ${String(promotionTier)}: 0 to 15.`);
    }
  });
}
