/**
 * What AWS asks IAM about when the security layer's resources are created: the calls of the provider, and what services
 * call in the caller's name. Facts of the service authorization reference and of each service's guide.
 */
import { arn, iamArn, making, on, passing, shaping, type Needs } from "./calls.ts";

const KEY = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");
const bucket = (name: string) => `arn:aws:s3:::${name}`;
const bucketSetting =
  (action: string): Needs =>
  (name) =>
    on("s3", action, bucket(name));
const detector = arn("guardduty", "detector/12abc34d567e8fa901bc2d34e56789f0");
const account =
  (service: string, action: string): Needs =>
  () =>
    on(service, action, "*");

export const KEY_CALLS: Readonly<Record<string, Needs>> = {
  "aws:kms/key:Key": () => [
    ...making("kms", "CreateKey", "*"),
    ...making("kms", "TagResource", KEY),
    ...on("kms", "EnableKeyRotation PutKeyPolicy UpdateKeyDescription DescribeKey GetKeyPolicy ListResourceTags", KEY),
  ],
  "aws:kms/alias:Alias": (name) => [...on("kms", "CreateAlias", arn("kms", name)), ...on("kms", "CreateAlias", KEY)],
};

export const BUCKET_CALLS: Readonly<Record<string, Needs>> = {
  "aws:s3/bucket:Bucket": (name) => on("s3", "CreateBucket PutBucketTagging TagResource ListBucket", bucket(name)),
  "aws:s3/bucketPolicy:BucketPolicy": bucketSetting("PutBucketPolicy"),
  "aws:s3/bucketVersioning:BucketVersioning": bucketSetting("PutBucketVersioning"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting("PutBucketPublicAccessBlock"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting("PutBucketOwnershipControls"),
  "aws:s3/bucketLogging:BucketLogging": bucketSetting("PutBucketLogging"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketSetting("PutLifecycleConfiguration"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    bucketSetting("PutEncryptionConfiguration"),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucketSetting(
    "PutBucketObjectLockConfiguration",
  ),
};

/** What more than one layer declares. */
export const SHARED_CALLS: Readonly<Record<string, Needs>> = {
  "aws:iam/role:Role": (name) => [
    ...making("iam", "CreateRole TagRole", iamArn(`role/${name}`)),
    ...on("iam", "GetRole ListAttachedRolePolicies ListRolePolicies", iamArn(`role/${name}`)),
  ],
  "aws:iam/rolePolicy:RolePolicy": (_, inputs) => shaping("PutRolePolicy", inputs.role),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (_, inputs) =>
    shaping("AttachRolePolicy", inputs.role, { "iam:PolicyARN": String(inputs.policyArn) }),
  "aws:cloudwatch/logGroup:LogGroup": (name) => [
    ...making("logs", "CreateLogGroup TagResource", arn("logs", `log-group:${name}`)),
    ...on("logs", "PutRetentionPolicy AssociateKmsKey", arn("logs", `log-group:${name}`)),
    ...on("logs", "PutLogGroupDeletionProtection", arn("logs", `log-group:${name}`)),
    ...on("logs", "DescribeLogGroups", "*"),
  ],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": () => on("logs", "PutResourcePolicy", "*"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) =>
    making("cloudwatch", "PutMetricAlarm TagResource", arn("cloudwatch", `alarm:${name}`)),
  "aws:sqs/queue:Queue": (name) => [
    ...making("sqs", "CreateQueue TagQueue", arn("sqs", name)),
    ...on("sqs", "SetQueueAttributes GetQueueAttributes", arn("sqs", name)),
  ],
};

export const SECURITY_CALLS: Readonly<Record<string, Needs>> = {
  ...KEY_CALLS,
  ...BUCKET_CALLS,
  ...SHARED_CALLS,
  "aws:sqs/queuePolicy:QueuePolicy": () => on("sqs", "SetQueueAttributes", arn("sqs", "srs-prod-tamper-dlq")),
  "aws:iam/policy:Policy": (name) => making("iam", "CreatePolicy TagPolicy", iamArn(`policy/${name}`)),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": () =>
    making(
      "iam",
      "CreateOpenIDConnectProvider TagOpenIDConnectProvider",
      iamArn("oidc-provider/token.actions.githubusercontent.com"),
    ),
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": () => {
    const role = iamArn("role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig");
    return [
      ...making("iam", "CreateServiceLinkedRole", role, { "iam:AWSServiceName": "config.amazonaws.com" }),
      ...on("iam", "TagRole", role),
    ];
  },
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": account("iam", "UpdateAccountPasswordPolicy"),
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": account("s3", "PutAccountPublicAccessBlock"),
  "aws:ebs/encryptionByDefault:EncryptionByDefault": account("ec2", "EnableEbsEncryptionByDefault"),
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": account("ec2", "EnableSnapshotBlockPublicAccess"),
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": account("ec2", "EnableImageBlockPublicAccess"),
  "aws:inspector2/enabler:Enabler": account("inspector2", "Enable"),
  "aws:securityhub/account:Account": () =>
    on(
      "securityhub",
      "EnableSecurityHub UpdateSecurityHubConfiguration DescribeHub",
      arn("securityhub", "hub/default"),
    ),
  "aws:securityhub/standardsSubscription:StandardsSubscription": () =>
    on("securityhub", "BatchEnableStandards", arn("securityhub", "hub/default")),
  "aws:accessanalyzer/analyzer:Analyzer": (name) =>
    making("access-analyzer", "CreateAnalyzer TagResource", arn("access-analyzer", `analyzer/${name}`)),
  "aws:guardduty/detector:Detector": () => [
    ...making("guardduty", "CreateDetector", "*"),
    ...making("guardduty", "TagResource", detector),
    ...making("iam", "CreateServiceLinkedRole", iamArn("role/aws-service-role/guardduty.amazonaws.com/x"), {
      "iam:AWSServiceName": "guardduty.amazonaws.com",
    }),
  ],
  "aws:guardduty/detectorFeature:DetectorFeature": () => on("guardduty", "UpdateDetector GetDetector", detector),
  "aws:guardduty/publishingDestination:PublishingDestination": () => [
    ...making("guardduty", "CreatePublishingDestination", "*"),
    ...making("guardduty", "TagResource", `${detector}/publishingdestination/4eb9`),
  ],
  "aws:cfg/recorder:Recorder": (name, inputs) => [
    ...on("config", "PutConfigurationRecorder", arn("config", `configuration-recorder/${name}/abc123`)),
    ...passing(inputs.roleArn, "config"),
  ],
  "aws:cfg/deliveryChannel:DeliveryChannel": () => on("config", "PutDeliveryChannel", "*"),
  "aws:cfg/recorderStatus:RecorderStatus": (name) =>
    on("config", "StartConfigurationRecorder", arn("config", `configuration-recorder/${name}/abc123`)),
  "aws:cfg/rule:Rule": () =>
    making("config", "PutConfigRule TagResource", arn("config", "config-rule/config-rule-abc123")),
  "aws:cfg/conformancePack:ConformancePack": (name) => [
    ...on("config", "PutConformancePack", arn("config", `conformance-pack/${name}/conformance-pack-abc123`)),
    ...making("iam", "CreateServiceLinkedRole", iamArn("role/aws-service-role/config-conforms.amazonaws.com/x"), {
      "iam:AWSServiceName": "config-conforms.amazonaws.com",
    }),
  ],
  "aws:cloudtrail/trail:Trail": (name, inputs) => [
    ...making("cloudtrail", "CreateTrail AddTags", arn("cloudtrail", `trail/${name}`)),
    ...on("cloudtrail", "StartLogging PutEventSelectors PutInsightSelectors", arn("cloudtrail", `trail/${name}`)),
    ...passing(inputs.cloudWatchLogsRoleArn, "cloudtrail"),
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (_, inputs) =>
    on("logs", "PutMetricFilter", arn("logs", `log-group:${inputs.logGroupName}`)),
  "aws:cloudwatch/queryDefinition:QueryDefinition": () => on("logs", "PutQueryDefinition", "*"),
  "aws:cloudwatch/eventRule:EventRule": (name) =>
    making("events", "PutRule TagResource", arn("events", `rule/${name}`)),
  "aws:cloudwatch/eventTarget:EventTarget": (_, inputs) =>
    on("events", "PutTargets", arn("events", `rule/${inputs.rule}`)),
  "aws:sns/topic:Topic": (name) => [
    ...making("sns", "CreateTopic TagResource", arn("sns", name)),
    ...on("sns", "SetTopicAttributes GetTopicAttributes", arn("sns", name)),
  ],
  "aws:sns/topicPolicy:TopicPolicy": (_, inputs) => on("sns", "SetTopicAttributes", String(inputs.arn)),
  "aws:sns/topicSubscription:TopicSubscription": (_, inputs) => on("sns", "Subscribe", String(inputs.topic)),
  "aws:budgets/budget:Budget": (name) =>
    making("budgets", "ModifyBudget TagResource", `arn:aws:budgets::000000000000:budget/${name}`),
};
