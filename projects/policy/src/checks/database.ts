import type { ResourceRule } from "../rule.ts";
import { wrongSettings, type SettingsByType } from "./settings.ts";

const CLUSTER = "aws:rds/cluster:Cluster";
const PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup";

const SETTINGS: SettingsByType = {
  [CLUSTER]: {
    exactly: {
      storageEncrypted: true,
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      enableHttpEndpoint: false,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
    },
    given: [
      "dbClusterParameterGroupName",
      "dbSubnetGroupName",
      "preferredBackupWindow",
      "serverlessv2ScalingConfiguration",
    ],
    // With fewer than three zones every later plan would replace the cluster (DATA-9).
    absent: ["availabilityZones"],
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    exactly: {
      publiclyAccessible: false,
      instanceClass: "db.serverless",
      caCertIdentifier: "rds-ca-rsa2048-g1",
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
    },
    given: ["promotionTier", "availabilityZone"],
  },
  [PARAMETERS]: {},
};

/** TLS is required, changes are audited, and no statement's values reach a log. */
const PARAMETER_VALUES: Readonly<Record<string, string>> = {
  "rds.force_ssl": "1",
  ssl_min_protocol_version: "TLSv1.2",
  password_encryption: "scram-sha-256",
  "pgaudit.log": "ddl,role,write",
  "pgaudit.log_parameter": "0",
  log_statement: "none",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
};

export const auroraComplete: ResourceRule = {
  id: "POL-17",
  name: "aurora-complete",
  pins: "DATA-8, DATA-9, DATA-10, DATA-11",
  holds:
    "Aurora is encrypted, keeps backups, manages its master password and logs; its instances are private; its parameters " +
    "require TLS and keep values out of logs.",
  remedy: "Set the named property or parameter as DATA-8 to DATA-11 say.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(SETTINGS),
  check: (resource) => [wrongSettings(SETTINGS, resource), CHECKS[resource.type]?.(resource.props)],
};

const CHECKS: Readonly<
  Record<string, (props: Parameters<ResourceRule["check"]>[0]["props"]) => ReturnType<ResourceRule["check"]>>
> = {
  [CLUSTER]: (props) => [
    () => Number(props.backupRetentionPeriod ?? 0) < 1 && "backupRetentionPeriod is not set.",
    () =>
      ![props.enabledCloudwatchLogsExports ?? []].flat().includes("postgresql") &&
      "The postgresql log is not exported.",
    () => (props.port === 5432 || props.port === undefined) && "The cluster listens on the default port.",
  ],
  [PARAMETERS]: (props) => () => {
    const set = new Map(
      [props.parameters ?? []].flat().map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    return Object.entries(PARAMETER_VALUES).map(
      ([name, value]) => set.get(name) !== value && `Parameter ${name} is ${set.get(name) ?? "not set"}, not ${value}.`,
    );
  },
};
