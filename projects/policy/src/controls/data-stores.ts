/** Cache, files, stream, secrets, backup. */
import { testsIn, type Control } from "./control.ts";

const controls = testsIn("projects/data/test/controls.test.ts");
const secretTests = testsIn("projects/data/test/secrets.test.ts");
const rotationTests = testsIn("projects/database/test/rotation/rotation.test.ts");
const plans = testsIn("projects/system-tests/test/plans.test.ts");

const GROUP = { data: ["aws:elasticache/replicationGroup:ReplicationGroup"] };
const SNAPSHOTS = "keeps snapshots for two weeks and takes minor versions by itself";
const ENCRYPTED_CACHE = "is encrypted at rest under its own key, and takes no connection without TLS";

const cache: readonly Control[] = [
  {
    id: "ElastiCache.1",
    says: "The cache has snapshots",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-21", "OPS-20"],
    where: GROUP,
    held: controls(SNAPSHOTS),
  },
  {
    id: "ElastiCache.2",
    says: "The cache takes minor versions by itself",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-21"],
    where: GROUP,
    held: controls(SNAPSHOTS),
  },
  {
    id: "ElastiCache.3",
    says: "The cache fails over by itself",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-21"],
    where: GROUP,
    policies: ["encryption-of-stores"],
    held: controls("fails over by itself to a node in another zone"),
  },
  {
    id: "ElastiCache.4",
    says: "The cache is encrypted at rest",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-21"],
    where: GROUP,
    policies: ["encryption-of-stores", "customer-managed-keys", "own-key"],
    held: controls(ENCRYPTED_CACHE),
  },
  {
    id: "ElastiCache.5",
    says: "The cache takes no connection without TLS",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-21"],
    where: GROUP,
    policies: ["encryption-of-stores"],
    held: controls(ENCRYPTED_CACHE),
  },
  {
    id: "ElastiCache.7",
    says: "The cache lives in a subnet group of its own",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-18", "NET-12"],
    where: { data: ["aws:elasticache/subnetGroup:SubnetGroup"] },
    held: controls("lives in a subnet group of its own, without a way out"),
  },
];

const ENCRYPTED_FILES = "are encrypted under their own key";
const POINTS = "are reached at a folder that is not the root, as a user that is not root";
const files: readonly Control[] = [
  {
    id: "EFS.1",
    says: "Files are encrypted under a KMS key",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["DATA-37", "DATA-41"],
    where: { data: ["aws:efs/fileSystem:FileSystem"] },
    policies: ["encryption-of-stores", "customer-managed-keys", "own-key"],
    held: controls(ENCRYPTED_FILES),
  },
  {
    id: "EFS.2",
    says: "Files are in a backup plan",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-37", "DATA-50"],
    where: { data: ["aws:backup/plan:Plan", "aws:backup/selection:Selection"] },
    held: controls("are of the database, the files and the archive, each day"),
  },
  {
    id: "EFS.3",
    says: "An access point leads to a folder, not to the root",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-39", "DATA-41"],
    where: { data: ["aws:efs/accessPoint:AccessPoint"] },
    held: controls(POINTS),
  },
  {
    id: "EFS.4",
    says: "Who comes by an access point is a user of our choice",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-39", "DATA-41"],
    where: { data: ["aws:efs/accessPoint:AccessPoint"] },
    held: controls(POINTS),
  },
  {
    id: "EFS.6",
    says: "Files are mounted from no subnet that gives public addresses",
    standards: ["FSBP"],
    rules: ["DATA-38", "NET-12"],
    where: { data: ["aws:efs/mountTarget:MountTarget"] },
    held: [
      ...controls("are mounted from the subnets without a way out, in every zone"),
      ...plans("gives %s subnets without public addresses: NAT for private ones, and no way out for isolated ones"),
    ],
  },
  {
    id: "EFS.7",
    says: "Files are backed up every day without anybody's doing",
    standards: ["FSBP"],
    rules: ["DATA-37"],
    where: { data: ["aws:efs/backupPolicy:BackupPolicy"] },
    held: controls("of files are made by EFS, too"),
  },
  {
    id: "EFS.8",
    says: "Files are encrypted at rest",
    standards: ["FSBP"],
    rules: ["DATA-37", "DATA-41"],
    where: { data: ["aws:efs/fileSystem:FileSystem"] },
    policies: ["encryption-of-stores", "customer-managed-keys"],
    held: controls(ENCRYPTED_FILES),
  },
];

const STREAM = "are encrypted in the stream under their own key, and stay for a week";
const stream: readonly Control[] = [
  {
    id: "Kinesis.1",
    says: "The stream is encrypted",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-26", "DATA-31"],
    where: { data: ["aws:kinesis/stream:Stream"] },
    policies: ["encryption-of-stores", "customer-managed-keys", "own-key"],
    held: controls(STREAM),
  },
  {
    id: "Kinesis.3",
    says: "The stream keeps events for a week",
    standards: ["FSBP"],
    rules: ["DATA-31", "OPS-20"],
    where: { data: ["aws:kinesis/stream:Stream"] },
    held: controls(STREAM),
  },
];

const SCHEDULES = "leave out no secret of ours, and the two database logins are half a month apart";
const ROTATION = {
  data: ["aws:secretsmanager/secretRotation:SecretRotation", "aws:lambda/permission:Permission"],
};
const rotation = {
  standards: ["FSBP", "NIST"],
  rules: ["DATA-43", "DATA-45", "DATA-46"],
  where: ROTATION,
  policies: ["guarded-secrets"],
} as const;
const secrets: readonly Control[] = [
  {
    ...rotation,
    id: "SecretsManager.1",
    says: "Secrets rotate by themselves",
    held: secretTests(SCHEDULES),
    exception: { id: "EXC-4", covers: "credentials of partners, which change when the partner says so" },
  },
  {
    ...rotation,
    id: "SecretsManager.2",
    says: "A rotation that was to happen has happened",
    note: "A rotation that fails is an error of the function, which raises an alarm.",
    held: [
      ...secretTests(
        "are set up when the function may be called, the secrets have values and the proxy lets somebody in",
      ),
      ...rotationTests("leaves the login in use alone, and says which one may rotate"),
    ],
  },
  {
    id: "SecretsManager.3",
    says: "No secret lies there unused",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-43", "DATA-48"],
    where: { data: ["aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretPolicy:SecretPolicy"] },
    policies: ["required-resources"],
    note: "Each secret has readers by name; whether they read it within 90 days is AWS's to see.",
    held: secretTests("are under their own key, and each has a policy of its own that is never public"),
  },
  {
    ...rotation,
    id: "SecretsManager.4",
    says: "No secret is older than it may be",
    held: secretTests(SCHEDULES),
    reported: "The salt of pseudonyms is a year old at most, not 90 days: a pseudonym is good for a year (DATA-43).",
  },
];

export const dataStores: readonly Control[] = [
  {
    id: "Backup.1",
    says: "Recovery points are encrypted",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-49", "SEC-27"],
    where: { data: ["aws:backup/vault:Vault"] },
    policies: ["customer-managed-keys", "own-key"],
    held: controls("are encrypted under their own key, in the vault and behind the air gap"),
  },
  ...cache,
  ...files,
  ...stream,
  ...secrets,
];
