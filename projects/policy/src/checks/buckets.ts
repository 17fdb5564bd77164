import { referred } from "../links.ts";
import { placeOf, purposeOf } from "../place.ts";
import type { Finding, ResourceRule, StackResource, StackRule, StackView } from "../rule.ts";
import { isGiven } from "../unknown.ts";
import { conditionValues, listOf, statementsOf } from "./policy-document.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const publicAccessBlock: ResourceRule = {
  id: "POL-7",
  name: "s3-public-access-block",
  pins: "SEC-31, SEC-15",
  holds: "Public access is blocked in all four ways.",
  remedy: `Set ${PUBLIC_ACCESS.join(", ")} to true.`,
  level: "mandatory",
  scope: "resource",
  types: [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  ],
  check: ({ props }) => PUBLIC_ACCESS.map((property) => () => props[property] !== true && `${property} is not true.`),
};

/** Inline forms that fight the satellite resources (TRAP-6). */
const INLINE = [
  "acl",
  "corsRules",
  "grants",
  "lifecycleRules",
  "loggings",
  "objectLockConfiguration",
  "policy",
  "serverSideEncryptionConfiguration",
  "versioning",
];

export const bucketSatellites: ResourceRule = {
  id: "POL-7",
  name: "s3-satellites-only",
  pins: "SEC-31, TRAP-6",
  holds: "A bucket's settings are resources of their own.",
  remedy: "Use BucketVersioning, BucketPolicy, BucketLifecycleConfiguration and the like.",
  level: "mandatory",
  scope: "resource",
  types: [BUCKET],
  check: ({ props }) =>
    INLINE.filter((property) => isGiven(props, property)).map((property) => `${property} is set on the bucket itself.`),
};

/** What each bucket needs, and what is wrong with one that is there. */
const SATELLITES: Readonly<Record<string, (satellite: StackResource) => Finding>> = {
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": () => [],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": () => [],
  "aws:s3/bucketPolicy:BucketPolicy": ({ props }) =>
    !statementsOf(props.policy).some(
      (statement) =>
        statement.Effect === "Deny" &&
        listOf(statement.Action).includes("s3:*") &&
        conditionValues(statement, "aws:SecureTransport").some(({ values }) => values.includes("false")),
    ) && "The bucket's policy does not deny what comes without TLS.",
  "aws:s3/bucketVersioning:BucketVersioning": ({ props }) =>
    (props.versioningConfiguration as { status?: string } | undefined)?.status !== "Enabled" &&
    "The bucket keeps no versions (versioningConfiguration.status is not Enabled).",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ({ props }) =>
    (props.rule as { objectOwnership?: string } | undefined)?.objectOwnership !== "BucketOwnerEnforced" &&
    "The bucket takes access lists (rule.objectOwnership is not BucketOwnerEnforced).",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ props }) =>
    ![props.rules ?? []].flat().some((rule: { status?: string }) => rule.status === "Enabled") &&
    "Nothing in the bucket's lifecycle is enabled.",
  "aws:s3/bucketLogging:BucketLogging": () => [],
};
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
/** Receives the others' access logs: logging into itself would never end. */
const LOG_TARGET = "access-logs";

export const completeBuckets: StackRule = {
  id: "POL-7",
  name: "s3-complete",
  pins: "SEC-31, SEC-32, SEC-33",
  holds:
    "Every bucket has its public-access block, policy against plain HTTP, versioning, encryption, ownership, lifecycle and access log.",
  remedy: "Make buckets with the layer's private-bucket component, which declares all of them.",
  level: "mandatory",
  scope: "stack",
  check: (stack) =>
    stack.resources
      .filter(({ type }) => type === BUCKET)
      .flatMap((bucket) => Object.keys(SATELLITES).map((type) => () => satelliteOf(stack, bucket, type))),
};

function satelliteOf(stack: StackView, bucket: StackResource, type: string): Finding {
  if (type === LOGGING && purposeOf(String(bucket.props.bucket)) === LOG_TARGET) return [];
  const satellite = stack.resources.find(
    (resource) => resource.type === type && referred(stack, resource, "bucket", BUCKET) === bucket,
  );
  if (!satellite) return { about: bucket, says: `The bucket has no ${type.split(":").at(-1)}.` };
  return [SATELLITES[type]?.(satellite)].flat().map((says) => typeof says === "string" && { about: satellite, says });
}

/** Rows of the sizing table: how long what is written to the audit store cannot be changed. */
const LOCKS = {
  local: undefined,
  dev: { mode: "GOVERNANCE", days: 1 },
  staging: { mode: "GOVERNANCE", days: 30 },
  prod: { mode: "COMPLIANCE", days: 2555 },
} as const;
const OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";

export const auditLock: StackRule = {
  id: "POL-8",
  name: "audit-object-lock",
  pins: "OPS-20, SEC-31, SEC-32, TRAP-21",
  holds:
    "What is in the audit store cannot be changed for as long as its environment demands, and is not expired sooner.",
  remedy: "Take mode and days from the sizing table (sizing.objectLock), and expire objects later than the lock.",
  level: "mandatory",
  scope: "stack",
  check: (stack) => {
    const { environment, pullRequest } = placeOf(stack.urn);
    // A lock would outlive a stack that is made to be destroyed.
    const wanted = environment === undefined || pullRequest ? undefined : LOCKS[environment];
    const buckets = stack.resources.filter(({ type }) => type === BUCKET);
    const locks = stack.resources.filter(({ type }) => type === OBJECT_LOCK);
    return [
      ...locks.map((lock) => () => wrongLock(lock, wanted)),
      ...buckets
        .filter((bucket) => purposeOf(String(bucket.props.bucket)) === "audit" && wanted !== undefined)
        .map((bucket) => [
          bucket.props.objectLockEnabled !== true && { about: bucket, says: "objectLockEnabled is not true." },
          () =>
            !locks.some((lock) => referred(stack, lock, "bucket", BUCKET) === bucket) && {
              about: bucket,
              says: "The audit store has no Object Lock configuration.",
            },
          () => earlyExpiry(stack, bucket, wanted?.days ?? 0),
        ]),
    ];
  },
};

function wrongLock(lock: StackResource, wanted: { mode: string; days: number } | undefined): Finding {
  const found = (lock.props.rule as { defaultRetention?: { mode?: string; days?: number; years?: number } } | undefined)
    ?.defaultRetention;
  const is = `${found?.mode ?? "no mode"} for ${found?.days ?? 0} days`;
  if (!wanted) return { about: lock, says: `The stack is made to be destroyed and locks objects (${is}).` };
  if (found?.mode === wanted.mode && found.days === wanted.days) return [];
  return { about: lock, says: `Objects are locked in ${is}, not in ${wanted.mode} for ${wanted.days} days.` };
}

function earlyExpiry(stack: StackView, bucket: StackResource, lockDays: number): Finding {
  return stack.resources
    .filter(({ type }) => type === "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    .filter((lifecycle) => referred(stack, lifecycle, "bucket", BUCKET) === bucket)
    .flatMap((lifecycle) =>
      [lifecycle.props.rules ?? []].flat().map((rule: { id?: string; expiration?: { days?: number } }) => {
        const days = rule.expiration?.days;
        if (days === undefined || days > lockDays) return [];
        return {
          about: lifecycle,
          says: `Rule ${rule.id ?? ""} expires objects after ${days} days, within their lock.`,
        };
      }),
    );
}
