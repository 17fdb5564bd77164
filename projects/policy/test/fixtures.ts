import { type TAG_VOCABULARY } from "@records/conventions";

/** A complete set of tags. */
export const TAGS = {
  Project: "student-records",
  Environment: "local",
  EnvironmentSuffix: "local",
  Layer: "data",
  Owner: "team-data",
  CostCenter: "1000-REC",
  DataClassification: "pii",
  Compliance: "FERPA",
  RetentionClass: "education-record",
  ManagedBy: "pulumi",
  Repository: "campus/student-records",
} as const satisfies Record<keyof typeof TAG_VOCABULARY, string>;

const KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555";

const statement = (more: object) => JSON.stringify({ Version: "2012-10-17", Statement: [more] });
const container = (more: object) =>
  JSON.stringify([
    {
      name: "api",
      user: "10001:10001",
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      environment: [{ name: "DATABASE_SECRET_ARN_A", value: "arn:aws:secretsmanager:us-east-1:000000000000:secret:x" }],
      ...more,
    },
  ]);

export interface Fixture {
  readonly type: string;
  readonly passes: Record<string, unknown>;
  /** What is changed in the passing one, and a word that the refusal must contain. */
  readonly fails: readonly (readonly [change: Record<string, unknown>, says: string])[];
}

/** For each rule: a resource that passes, and the same resource broken in one way after another. */
export const FIXTURES: Readonly<Record<string, readonly Fixture[]>> = {
  "names-hold-suffix": [
    {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      passes: { family: "srs-local-api", tags: TAGS },
      fails: [[{ family: "api" }, "family"]],
    },
    {
      type: "aws:rds/parameterGroup:ParameterGroup",
      passes: { name: "srs-local-records", family: "aurora-postgresql17", tags: TAGS },
      fails: [[{ name: "records" }, "name"]],
    },
    {
      type: "aws:kinesis/stream:Stream",
      passes: { name: "srs-local-student-events", tags: TAGS },
      fails: [[{ name: "student-events" }, "name"]],
    },
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      passes: { name: "/srs/local/api", tags: TAGS },
      fails: [[{ name: "/srs/prod/api" }, "/srs/prod/api"]],
    },
  ],
  "complete-tags": [
    {
      type: "aws:kms/key:Key",
      passes: { tags: TAGS },
      fails: [
        [{ tags: undefined }, "missing"],
        [{ tags: { ...TAGS, Compliance: undefined } }, "Compliance"],
        [{ tags: { ...TAGS, Team: "x" } }, "Team"],
        [{ tags: { ...TAGS, CostCenter: "x" } }, "CostCenter"],
      ],
    },
  ],
  "kms-key-rotation": [
    {
      type: "aws:kms/key:Key",
      passes: { enableKeyRotation: true, deletionWindowInDays: 7 },
      fails: [
        [{ enableKeyRotation: false }, "rotate"],
        [{ deletionWindowInDays: undefined }, "window"],
      ],
    },
    { type: "aws:kms/key:Key", passes: { customerMasterKeySpec: "ECC_NIST_P256", deletionWindowInDays: 7 }, fails: [] },
  ],
  "kms-key-policy": [
    {
      type: "aws:kms/key:Key",
      passes: { policy: statement({ Effect: "Deny", Principal: "*", Action: "kms:DisableKey", Resource: "*" }) },
      fails: [
        [{ policy: undefined }, "no policy"],
        [{ policy: statement({ Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" }) }, "everybody"],
        [
          { policy: statement({ Effect: "Allow", Principal: { AWS: ["*"] }, Action: "kms:Decrypt", Resource: "*" }) },
          "everybody",
        ],
      ],
    },
  ],
  "customer-managed-keys": [
    {
      type: "aws:kinesis/stream:Stream",
      passes: { kmsKeyId: KEY },
      fails: [
        [{ kmsKeyId: undefined }, "kmsKeyId"],
        [{ kmsKeyId: "alias/aws/kinesis" }, "AWS manages"],
      ],
    },
    {
      type: "aws:rds/cluster:Cluster",
      passes: { kmsKeyId: KEY, masterUserSecretKmsKeyId: KEY },
      fails: [[{ masterUserSecretKmsKeyId: undefined }, "masterUserSecretKmsKeyId"]],
    },
    {
      type: "aws:ecr/repository:Repository",
      passes: { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }] },
      fails: [[{ encryptionConfigurations: [] }, "KMS"]],
    },
  ],
  "s3-public-access-block": [
    {
      type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      passes: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      fails: [[{ restrictPublicBuckets: false }, "restrictPublicBuckets"]],
    },
  ],
  "s3-satellites-only": [
    {
      type: "aws:s3/bucket:Bucket",
      passes: { bucket: "srs-local-audit" },
      fails: [[{ versioning: { enabled: true } }, "versioning"]],
    },
  ],
  "log-group-retention": [
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      passes: { retentionInDays: 30 },
      fails: [
        [{ retentionInDays: undefined }, "retentionInDays"],
        [{ retentionInDays: 0 }, "retentionInDays"],
      ],
    },
  ],
  "trail-complete": [
    {
      type: "aws:cloudtrail/trail:Trail",
      passes: {
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
        cloudWatchLogsGroupArn: "arn:x:*",
      },
      fails: [
        [{ enableLogFileValidation: false }, "enableLogFileValidation"],
        [{ cloudWatchLogsGroupArn: undefined }, "cloudWatchLogsGroupArn"],
      ],
    },
  ],
  "role-permission-boundary": [
    {
      type: "aws:iam/role:Role",
      passes: { permissionsBoundary: "arn:aws:iam::000000000000:policy/x" },
      fails: [[{ permissionsBoundary: undefined }, "permissionsBoundary"]],
    },
  ],
  "iam-no-wildcard-actions": [
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      passes: { policy: statement({ Effect: "Allow", Action: ["kinesis:PutRecords"], Resource: "arn:x" }) },
      fails: [
        [{ policy: statement({ Effect: "Allow", Action: "*", Resource: "*" }) }, "allows *"],
        [{ policy: statement({ Sid: "All", Effect: "Allow", Action: ["kinesis:*"], Resource: "*" }) }, "Statement All"],
        [{ policy: statement({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) }, "NotAction"],
        [{ policy: statement({ Effect: "Allow", Action: "iam:PassRole", Resource: "arn:x" }) }, "PassRole"],
      ],
    },
  ],
  "trust-source-account": [
    {
      type: "aws:iam/role:Role",
      passes: {
        assumeRolePolicy: statement({
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
        }),
      },
      fails: [
        [
          {
            assumeRolePolicy: statement({
              Effect: "Allow",
              Principal: { Service: "ecs-tasks.amazonaws.com" },
              Action: "sts:AssumeRole",
            }),
          },
          "without a source",
        ],
      ],
    },
  ],
  "no-secret-values": [
    {
      type: "aws:rds/cluster:Cluster",
      passes: { manageMasterUserPassword: true },
      fails: [[{ masterPassword: "x" }, "masterPassword"]],
    },
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      passes: { userGroupIds: ["x"] },
      fails: [[{ authToken: "x" }, "authToken"]],
    },
    {
      type: "aws:secretsmanager/secretVersion:SecretVersion",
      passes: {},
      fails: [[{ secretString: "x" }, "secretString"]],
    },
  ],
  "security-group-rules-apart": [
    { type: "aws:ec2/securityGroup:SecurityGroup", passes: {}, fails: [[{ ingress: [{ fromPort: 443 }] }, "ingress"]] },
  ],
  "security-group-no-cidr-ingress": [
    {
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      passes: { referencedSecurityGroupId: "sg-1" },
      fails: [[{ cidrIpv4: "0.0.0.0/0" }, "0.0.0.0/0"]],
    },
  ],
  "no-public-doors": [
    {
      type: "aws:lb/loadBalancer:LoadBalancer",
      passes: { internal: true },
      fails: [
        [{ internal: false }, "public"],
        [{ internal: undefined }, "public"],
      ],
    },
    {
      type: "aws:lb/listener:Listener",
      passes: { protocol: "HTTPS", port: 443 },
      fails: [[{ protocol: "HTTP", port: 80 }, "HTTP on 80"]],
    },
    {
      type: "aws:rds/clusterInstance:ClusterInstance",
      passes: { publiclyAccessible: false },
      fails: [[{ publiclyAccessible: undefined }, "publiclyAccessible"]],
    },
    {
      type: "aws:ec2/subnet:Subnet",
      passes: { mapPublicIpOnLaunch: false },
      fails: [[{ mapPublicIpOnLaunch: true }, "public addresses"]],
    },
  ],
  "encryption-in-transit": [
    { type: "aws:rds/proxy:Proxy", passes: { requireTls: true }, fails: [[{ requireTls: false }, "requireTls"]] },
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      passes: { transitEncryptionEnabled: true, transitEncryptionMode: "required", automaticFailoverEnabled: true },
      fails: [
        [{ transitEncryptionMode: "preferred" }, "transitEncryptionMode"],
        [{ automaticFailoverEnabled: false }, "automaticFailoverEnabled"],
      ],
    },
    {
      type: "aws:lb/listener:Listener",
      passes: { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      fails: [[{ sslPolicy: "ELBSecurityPolicy-2016-08" }, "sslPolicy"]],
    },
    { type: "aws:lb/targetGroup:TargetGroup", passes: { protocol: "HTTPS" }, fails: [[{ protocol: "HTTP" }, "HTTP"]] },
    {
      type: "aws:efs/fileSystem:FileSystem",
      passes: { encrypted: true },
      fails: [[{ encrypted: undefined }, "encrypted"]],
    },
  ],
  "aurora-complete": [
    {
      type: "aws:rds/cluster:Cluster",
      passes: {
        storageEncrypted: true,
        manageMasterUserPassword: true,
        iamDatabaseAuthenticationEnabled: true,
        copyTagsToSnapshot: true,
        backupRetentionPeriod: 7,
        enabledCloudwatchLogsExports: ["postgresql"],
        port: 5433,
      },
      fails: [
        [{ storageEncrypted: false }, "storageEncrypted"],
        [{ backupRetentionPeriod: undefined }, "backupRetentionPeriod"],
        [{ enabledCloudwatchLogsExports: [] }, "log"],
        [{ port: 5432 }, "port"],
        [{ availabilityZones: ["us-east-1a"] }, "availabilityZones"],
      ],
    },
  ],
  "task-hardening": [
    {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      passes: { containerDefinitions: container({}), taskRoleArn: "a", executionRoleArn: "b" },
      fails: [
        [{ containerDefinitions: container({ user: undefined }) }, "root"],
        [{ containerDefinitions: container({ user: "0:0" }) }, "0:0"],
        [{ containerDefinitions: container({ readonlyRootFilesystem: false }) }, "writable"],
        [{ containerDefinitions: container({ privileged: true }) }, "privileged"],
        [{ containerDefinitions: container({ linuxParameters: {} }) }, "capabilities"],
        [{ pidMode: "host" }, "pidMode"],
        [{ executionRoleArn: "a" }, "share a role"],
      ],
    },
  ],
  "no-credential-variables": [
    {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      passes: { containerDefinitions: container({}) },
      fails: [
        [
          { containerDefinitions: container({ environment: [{ name: "DATABASE_PASSWORD", value: "x" }] }) },
          "DATABASE_PASSWORD",
        ],
        [
          { containerDefinitions: container({ environment: [{ name: "DATABASE", value: "postgres://u:p@host/db" }] }) },
          "DATABASE holds",
        ],
      ],
    },
    {
      type: "aws:lambda/function:Function",
      passes: { environment: { variables: { CACHE_SECRET_ARN: "arn:x" } } },
      fails: [[{ environment: { variables: { API_KEY: "x" } } }, "API_KEY"]],
    },
  ],
};
