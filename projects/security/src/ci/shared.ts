/** What more than one layer makes: buckets, log groups, alarms, queues, rules, functions. */
import type { Statement } from "@records/conventions";
import type { KeyPurpose } from "../key-uses.ts";
import { allow, arn, buckets, logGroups, named, of, type CiScope } from "./scope.ts";

/** Of stacks that come and go: `pr*`. */
export const isPattern = (suffix: string): boolean => suffix.includes("*");

export function bucketStatements(scope: CiScope): Statement[] {
  // Only a pull request's buckets are emptied when they go; in the others, objects end by their lifecycle.
  const shortLived = buckets({ ...scope, suffixes: scope.suffixes.filter(isPattern) });
  return [
    allow(
      "Buckets",
      of(
        "s3",
        `CreateBucket DeleteBucket DeleteBucketPolicy PutBucketLogging PutBucketObjectLockConfiguration
         PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning
         PutEncryptionConfiguration PutLifecycleConfiguration TagResource UntagResource`,
      ),
      buckets(scope),
    ),
    ...(shortLived.length === 0
      ? []
      : [
          allow("FindObjectsOfShortLivedBuckets", of("s3", "ListBucketVersions"), shortLived),
          allow(
            "EmptyShortLivedBuckets",
            of("s3", "DeleteObject DeleteObjectVersion"),
            shortLived.map((bucket) => `${bucket}/*`),
          ),
        ]),
  ];
}

/** @param named  groups that a service names in a way of its own */
export function logGroupStatements(scope: CiScope, named: readonly string[] = []): Statement[] {
  return [
    allow(
      "LogGroups",
      of(
        "logs",
        `AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey
         PutLogGroupDeletionProtection PutRetentionPolicy TagResource UntagResource`,
      ),
      [...logGroups(scope), ...named],
    ),
  ];
}

/** Logs that services deliver by themselves. AWS knows no resource for these actions. */
export function logDeliveryStatements(): Statement[] {
  const actions = `CreateLogDelivery DeleteLogDelivery DeleteResourcePolicy PutResourcePolicy UpdateLogDelivery`;
  return [allow("LogDelivery", of("logs", actions), "*")];
}

export function alarmStatements(scope: CiScope): Statement[] {
  return [
    allow(
      "Alarms",
      of("cloudwatch", "DeleteAlarms PutCompositeAlarm PutMetricAlarm TagResource UntagResource"),
      named(scope, "cloudwatch", (name) => `alarm:${name}`),
    ),
  ];
}

export function queueStatements(scope: CiScope): Statement[] {
  return [
    allow(
      "Queues",
      of("sqs", "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue"),
      named(scope, "sqs", (name) => name),
    ),
  ];
}

export function ruleStatements(scope: CiScope): Statement[] {
  return [
    allow(
      "EventRules",
      of("events", "DeleteRule DisableRule EnableRule PutRule PutTargets RemoveTargets TagResource UntagResource"),
      named(scope, "events", (name) => `rule/${name}`),
    ),
  ];
}

/**
 * @param invoked  functions that a deployment calls itself, without `srs-<suffix>-`
 */
export function functionStatements(scope: CiScope, invoked: readonly string[]): Statement[] {
  return [
    allow(
      "Functions",
      of(
        "lambda",
        `AddPermission CreateAlias CreateFunction DeleteAlias DeleteFunction DeleteFunctionConcurrency
         DeleteFunctionEventInvokeConfig PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig
         PutFunctionRecursionConfig PutRuntimeManagementConfig RemovePermission TagResource
         UntagResource UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration`,
      ),
      named(scope, "lambda", (name) => `function:${name}`),
    ),
    allow(
      "CallDuringDeployment",
      ["lambda:InvokeFunction"],
      scope.suffixes.flatMap((suffix) => invoked.map((name) => arn(scope, "lambda", `function:srs-${suffix}-${name}`))),
    ),
  ];
}

/** Handing keys on to services that encrypt with them. The keys' own policies say which service and what for. */
export function keyUseStatements(scope: CiScope, keys: readonly KeyPurpose[]): Statement[] {
  const use = of("kms", "Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*");
  const grant = { Bool: { "kms:GrantIsForAWSResource": "true" } };
  const own = keys.map((key) => scope.keyArns[key]);
  if (!scope.suffixes.some(isPattern)) {
    return [allow("UseKeys", use, own), allow("GrantKeys", ["kms:CreateGrant"], own, grant)];
  }
  // Keys of pull requests are made when their stacks are, so they are known by tag alone.
  const shortLived = { StringLike: { "aws:ResourceTag/EnvironmentSuffix": scope.suffixes.filter(isPattern) } };
  const anyKey = [arn(scope, "kms", "key/*")];
  return [
    allow("UseKeys", use, own),
    allow("GrantKeys", ["kms:CreateGrant"], own, grant),
    allow("UseShortLivedKeys", use, anyKey, shortLived),
    allow("GrantShortLivedKeys", ["kms:CreateGrant"], anyKey, { ...grant, ...shortLived }),
  ];
}
