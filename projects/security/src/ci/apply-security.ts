/** What the pipeline of the security layer makes and changes: keys, the audit store, what watches, who deploys. */
import type { Statement } from "@records/conventions";
import { ceiling, passStatements, roleArns, rolesOf, serviceLinkedRoles, SHAPING, UPKEEP } from "./roles.ts";
import { allow, arn, logGroups, named, of, tagStatements, taggedOurs, taggingOurs, type CiScope } from "./scope.ts";
import { alarmStatements, bucketStatements, logGroupStatements, queueStatements, ruleStatements } from "./shared.ts";

/** The role under which Config looks: AWS names it, and there is one per account. */
const CONFIG_ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";

function keys(scope: CiScope): Statement[] {
  const key = [arn(scope, "kms", "key/*")];
  const aliases = scope.suffixes.map((suffix) => arn(scope, "kms", `alias/srs-${suffix}-*`));
  const naming = of("kms", "CreateAlias DeleteAlias UpdateAlias");
  return [
    allow("MakeKeys", ["kms:CreateKey"], "*", taggingOurs(scope)),
    ...tagStatements(scope, "Keys", { tag: ["kms:TagResource"], untag: ["kms:UntagResource"] }, key),
    // Both sides are asked: whose name it is, and whose key.
    allow("NameKeys", naming, aliases),
    allow(
      "AdministerKeys",
      [
        ...naming,
        ...of(
          "kms",
          `CancelKeyDeletion DisableKey DisableKeyRotation EnableKey EnableKeyRotation PutKeyPolicy
           ScheduleKeyDeletion UpdateKeyDescription`,
        ),
      ],
      key,
      taggedOurs(scope),
    ),
    {
      // Who administers keys uses none.
      Sid: "NoUseOfKeys",
      Effect: "Deny",
      Action: of("kms", "CreateGrant Decrypt Encrypt GenerateDataKey* ReEncrypt* Sign"),
      NotResource: scope.stateKeyArn,
    },
  ];
}

function stores(scope: CiScope): Statement[] {
  const { suffixes, accountId } = scope;
  return [
    ...bucketStatements(scope),
    allow("BlockPublicBuckets", ["s3:PutAccountPublicAccessBlock"], "*"),
    ...logGroupStatements(scope),
    allow("FilterTrail", of("logs", "DeleteMetricFilter PutMetricFilter"), logGroups(scope)),
    allow("SaveQueries", of("logs", "DeleteQueryDefinition PutQueryDefinition"), "*"),
    ...alarmStatements(scope),
    ...queueStatements(scope),
    ...ruleStatements(scope),
    allow(
      "Topics",
      of(
        "sns",
        `CreateTopic DeleteTopic SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe
         UntagResource`,
      ),
      named(scope, "sns", (name) => name),
    ),
    allow(
      "Budgets",
      of("budgets", "ModifyBudget TagResource UntagResource"),
      suffixes.map((suffix) => `arn:aws:budgets::${accountId}:budget/srs-${suffix}-*`),
    ),
  ];
}

function watch(scope: CiScope): Statement[] {
  return [
    allow(
      "Trail",
      of("cloudtrail", "AddTags CreateTrail PutEventSelectors PutInsightSelectors RemoveTags StartLogging UpdateTrail"),
      named(scope, "cloudtrail", (name) => `trail/${name}`),
    ),
    allow(
      "Recorder",
      of("config", "PutConfigurationRecorder StartConfigurationRecorder"),
      named(scope, "config", (name) => `configuration-recorder/${name}`),
    ),
    allow("DeliveryChannel", ["config:PutDeliveryChannel"], "*"),
    // A rule's ARN holds an id of AWS's, not the name.
    allow("Rules", of("config", "DeleteConfigRule PutConfigRule TagResource UntagResource"), [
      arn(scope, "config", "config-rule/*"),
    ]),
    allow(
      "Packs",
      of("config", "DeleteConformancePack PutConformancePack"),
      named(scope, "config", (name) => `conformance-pack/${name}`),
    ),
    allow("MakeDetector", of("guardduty", "CreateDetector CreatePublishingDestination"), "*"),
    allow("Detector", of("guardduty", "TagResource UntagResource UpdateDetector UpdatePublishingDestination"), [
      arn(scope, "guardduty", "detector/*"),
    ]),
    allow(
      "Posture",
      of("securityhub", "BatchDisableStandards BatchEnableStandards EnableSecurityHub UpdateSecurityHubConfiguration"),
      [arn(scope, "securityhub", "hub/default")],
    ),
    allow(
      "Analyzers",
      of("access-analyzer", "CreateAnalyzer TagResource UntagResource UpdateAnalyzer"),
      named(scope, "access-analyzer", (name) => `analyzer/${name}`),
    ),
    allow("Scanning", ["inspector2:Enable"], "*"),
    allow(
      "GuardAccount",
      [
        ...of("ec2", "EnableEbsEncryptionByDefault EnableImageBlockPublicAccess EnableSnapshotBlockPublicAccess"),
        "iam:UpdateAccountPasswordPolicy",
      ],
      "*",
    ),
  ];
}

function identities(scope: CiScope): Statement[] {
  const iam = (resource: string) => `arn:aws:iam::${scope.accountId}:${resource}`;
  const roles = roleArns(scope, [...rolesOf("security"), "ci-*"]);
  const policies = scope.suffixes.map((suffix) => iam(`policy/srs-${suffix}-*`));
  const configRole = [iam(`role/${CONFIG_ROLE}`)];
  return [
    allow("ShapeRolesUnderTheCeiling", SHAPING, roles, ceiling(scope)),
    allow("KeepRoles", UPKEEP, roles),
    allow("AttachOwnPolicies", of("iam", "AttachRolePolicy DetachRolePolicy"), roles, {
      ...ceiling(scope),
      ArnLike: { "iam:PolicyARN": policies },
    }),
    allow(
      "Policies",
      of(
        "iam",
        `CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy
         UntagPolicy`,
      ),
      policies,
    ),
    allow(
      "Federation",
      of(
        "iam",
        `AddClientIDToOpenIDConnectProvider CreateOpenIDConnectProvider DeleteOpenIDConnectProvider
         RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider
         UpdateOpenIDConnectProviderThumbprint`,
      ),
      [iam("oidc-provider/token.actions.githubusercontent.com")],
    ),
    ...passStatements(scope, { "cloudtrail.amazonaws.com": ["trail-logs"] }),
    allow("PassToConfig", ["iam:PassRole"], configRole, {
      StringEquals: { "iam:PassedToService": "config.amazonaws.com" },
    }),
    allow("TagConfigRole", of("iam", "TagRole UntagRole"), configRole),
    serviceLinkedRoles(scope, [
      "access-analyzer.amazonaws.com",
      "config-conforms.amazonaws.com",
      "config.amazonaws.com",
      "guardduty.amazonaws.com",
      "inspector2.amazonaws.com",
      "malware-protection.guardduty.amazonaws.com",
      // The first multi-Region key of an account brings a role of its own.
      "mrk.kms.amazonaws.com",
      "securityhub.amazonaws.com",
    ]),
  ];
}

export const securityApply = (scope: CiScope): Record<string, Statement[]> => ({
  keys: keys(scope),
  stores: stores(scope),
  watch: watch(scope),
  identities: identities(scope),
});
