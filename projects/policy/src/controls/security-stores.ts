/** Keys, buckets, topics and queues: what holds evidence, and what everything else is encrypted under. */
import { testsIn, type Control } from "./control.ts";

const access = testsIn("shared/access/test/keys.ts");
const alerts = testsIn("projects/security/test/alerts.test.ts");
const controls = testsIn("projects/security/test/controls.test.ts");
const archive = testsIn("projects/data/test/archive.test.ts");
const data = testsIn("projects/data/test/controls.test.ts");
const everywhere = testsIn("projects/policy/test/identity-controls.test.ts");
const keyTests = testsIn("projects/security/test/keys.test.ts");
const stores = testsIn("projects/security/test/audit-store.test.ts");
const tamper = testsIn("projects/security/test/tamper-rules.test.ts");

const KEY = { security: ["aws:kms/key:Key"] };

const keys: readonly Control[] = [
  {
    id: "KMS.1",
    says: "No managed policy of ours opens every key",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-30", "SEC-50"],
    where: { security: ["aws:iam/policy:Policy"] },
    policies: ["iam-no-wildcard-resources"],
    note: "The permission boundary is left out by the control itself. In dev, pipelines reach the keys of pull requests by tag, which the control does not read.",
    held: everywhere("open no key but by its name: %s"),
  },
  {
    id: "KMS.2",
    says: "No inline policy of a role opens every key",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-30", "SEC-50"],
    where: {
      security: ["aws:iam/rolePolicy:RolePolicy"],
      network: ["aws:iam/rolePolicy:RolePolicy"],
      data: ["aws:iam/rolePolicy:RolePolicy"],
      compute: ["aws:iam/rolePolicy:RolePolicy"],
    },
    policies: ["iam-no-wildcard-resources"],
    held: everywhere("open no key but by its name: %s"),
  },
  {
    id: "KMS.3",
    says: "No key is deleted by accident",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-16", "SEC-28", "SEC-34", "SEC-46"],
    where: { security: ["aws:kms/key:Key", "aws:cloudwatch/eventRule:EventRule"] },
    policies: ["kms-key-rotation", "stateful-is-protected"],
    note: "The control fails while a key waits to be deleted: a month in which the tamper rule has told of it.",
    held: [
      ...keyTests(
        "of production wait a month before they end and stay when a stack goes; a short-lived stack's do neither",
        "of %s refuse everybody else the end of a key, and every call without TLS",
      ),
      ...access("is ended, put to sleep and given another policy by its administrators alone"),
    ],
  },
  {
    id: "KMS.4",
    says: "Every key rotates by itself",
    standards: ["NIST", "CIS"],
    rules: ["SEC-16", "SEC-59"],
    where: KEY,
    policies: ["kms-key-rotation"],
    held: keyTests("of %s rotate, twice a year those that open or show the most; the one that signs cannot"),
    exception: { id: "EXC-8", covers: "`signing`: asymmetric keys do not rotate; a new key takes the alias each year" },
  },
  {
    id: "KMS.5",
    says: "No key is open to the public",
    standards: ["FSBP"],
    rules: ["SEC-28", "SEC-29"],
    where: KEY,
    policies: ["kms-key-policy"],
    held: [
      ...keyTests("of %s name roles by pattern, never as a principal that may not exist yet"),
      ...access("is closed to other accounts, whatever their administrators allow themselves"),
    ],
  },
];

const PRIVATE = "of %s are private, versioned and their owner's, with no setting on the bucket itself";
const BLOCK = { security: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"] };

const buckets: readonly Control[] = [
  {
    id: "S3.1",
    says: "The account blocks public access to every bucket",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-15"],
    where: { security: ["aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"] },
    policies: ["s3-public-access-block", "required-resources"],
    held: testsIn("projects/security/test/account-baseline.test.ts")(
      "of %s let nothing be shared with the public, and encrypt every volume",
    ),
  },
  {
    id: "S3.2",
    says: "Nobody of the public reads a bucket",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-31", "SEC-33", "DATA-30"],
    where: BLOCK,
    policies: ["s3-public-access-block", "s3-complete"],
    held: [
      ...stores(PRIVATE),
      ...controls("let in this account and AWS's own services on its behalf, and no other account"),
      ...archive("is written and read by nobody else, and by no other way: only backups come from AWS's side"),
    ],
  },
  {
    id: "S3.3",
    says: "Nobody of the public writes to a bucket",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-31", "SEC-33", "DATA-30"],
    where: BLOCK,
    policies: ["s3-public-access-block", "s3-complete"],
    held: [
      ...stores(PRIVATE, "takes objects under no other key, and none at all from those who are not listed"),
      ...controls("let in this account and AWS's own services on its behalf, and no other account"),
      ...archive("is written and read by nobody else, and by no other way: only backups come from AWS's side"),
    ],
  },
  {
    id: "S3.5",
    says: "Buckets refuse a call without TLS",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-33"],
    where: { security: ["aws:s3/bucketPolicy:BucketPolicy"] },
    policies: ["s3-complete"],
    held: stores("refuse a call without TLS, and one with an old one"),
  },
  {
    id: "S3.6",
    says: "No other account changes what a bucket is",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-33"],
    where: { security: ["aws:s3/bucketPolicy:BucketPolicy"] },
    policies: ["s3-complete"],
    held: controls("let in this account and AWS's own services on its behalf, and no other account"),
  },
  {
    id: "S3.8",
    says: "Each bucket blocks public access by itself",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-31", "DATA-30"],
    where: BLOCK,
    policies: ["s3-public-access-block", "s3-complete"],
    held: [
      ...stores(PRIVATE),
      ...archive("is one bucket, private, versioned, under the key of events, its readers logged"),
    ],
  },
  {
    id: "S3.9",
    says: "Access to buckets is logged",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-3", "SEC-31", "DATA-30"],
    where: { security: ["aws:s3/bucketLogging:BucketLogging"] },
    policies: ["s3-complete"],
    held: [
      ...stores("log who reaches them, but not in circles"),
      ...archive("is one bucket, private, versioned, under the key of events, its readers logged"),
    ],
    reported: "`access-logs`, which takes the logs of the others: AWS says to suppress the finding for such a bucket",
  },
  {
    id: "S3.12",
    says: "Buckets know policies only, no access lists",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-31"],
    where: { security: ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"] },
    policies: ["s3-complete"],
    held: stores(PRIVATE),
  },
  {
    id: "S3.13",
    says: "What is in a bucket has an end",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-32"],
    where: { security: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"] },
    policies: ["s3-complete"],
    held: [
      ...controls("end what they hold by a lifecycle, and clear away what was never finished"),
      ...stores("gets colder, and ends only after its lock"),
    ],
  },
  {
    id: "S3.14",
    says: "Buckets keep versions",
    standards: ["NIST"],
    rules: ["SEC-31", "DATA-30"],
    where: { security: ["aws:s3/bucketVersioning:BucketVersioning"] },
    policies: ["s3-complete"],
    held: [
      ...stores(PRIVATE),
      ...archive("is one bucket, private, versioned, under the key of events, its readers logged"),
    ],
  },
  {
    id: "S3.15",
    says: "What is evidence cannot be changed or deleted before its time",
    standards: ["NIST"],
    rules: ["SEC-31", "SEC-34"],
    where: { security: ["aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"] },
    policies: ["audit-object-lock"],
    held: stores("is write-once for seven years in production, by anybody's leave; for a month in staging"),
    reported: "`configuration` and `access-logs`: the recorder and S3's own logs refuse a locked bucket (SEC-3)",
  },
  {
    id: "S3.17",
    says: "Buckets encrypt under a KMS key",
    standards: ["NIST"],
    rules: ["SEC-24", "SEC-31", "DATA-30"],
    where: {
      security: ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
    },
    policies: ["customer-managed-keys", "own-key"],
    held: [
      ...stores(
        "hold proof under the audit key, and access logs under S3's, which is all that load balancers write with",
      ),
      ...archive("is one bucket, private, versioned, under the key of events, its readers logged"),
    ],
    exception: { id: "EXC-1", covers: "`access-logs`: load balancers deliver only under S3's own keys" },
  },
];

const messages: readonly Control[] = [
  {
    id: "SNS.1",
    says: "Topics are encrypted under a KMS key",
    standards: ["NIST"],
    rules: ["SEC-26", "SEC-45"],
    where: { security: ["aws:sns/topic:Topic"] },
    policies: ["customer-managed-keys", "own-key"],
    held: alerts("of %s are two, encrypted under our key and signed with the newer signature"),
  },
  {
    id: "SNS.4",
    says: "No topic is open to the public",
    standards: ["FSBP"],
    rules: ["SEC-45"],
    where: { security: ["aws:sns/topicPolicy:TopicPolicy"] },
    held: alerts("take notices from four services of this account, over TLS, and from nobody else"),
  },
  {
    id: "SQS.1",
    says: "Queues are encrypted",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-12", "DATA-35"],
    where: { security: ["aws:sqs/queue:Queue"], data: ["aws:sqs/queue:Queue"] },
    policies: ["customer-managed-keys", "own-key"],
    held: [
      ...tamper("keeps them a fortnight under the key of events"),
      ...data("wait in queues that are encrypted under the same key, and open to this account alone"),
    ],
  },
  {
    id: "SQS.3",
    says: "No queue is open to the public",
    standards: ["FSBP"],
    rules: ["SEC-12", "DATA-35"],
    where: { security: ["aws:sqs/queuePolicy:QueuePolicy"], data: ["aws:sqs/queuePolicy:QueuePolicy"] },
    held: [
      ...tamper("takes them from our rules alone, over TLS, from no other account"),
      ...data("wait in queues that are encrypted under the same key, and open to this account alone"),
    ],
  },
];

export const securityStores: readonly Control[] = [...keys, ...buckets, ...messages];
