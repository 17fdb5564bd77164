/** Keys over the platform's own things: proof, logs, images, functions, notices. */
import { ACCOUNT_ROLES } from "@records/conventions";
import { TOPICS } from "./alert-subscriptions.ts";
import { budgetArns, detectorArns, topicArn, trailArn } from "./expected-arns.ts";
import { CRYPTO, type ServiceUse } from "./key-policies.ts";
import type { KeyPlace, KeyPurpose, KeySpec } from "./key-uses.ts";

type PlatformKey = Extract<KeyPurpose, "audit" | "logs" | "compute" | "signing">;

export function platformKeys(place: KeyPlace): Record<PlatformKey, KeySpec> {
  const { roleName, suffix } = place;
  const computeApply = place.applyRole("compute");
  const dataApply = place.applyRole("data");
  const auditExporter = roleName("audit-exporter");
  const apiTask = roleName("api-task");

  return {
    audit: {
      description: "Audit store: trail, flow logs, findings, audit export; configuration history",
      classification: "audit",
      rotationDays: 365,
      use: {
        roles: [
          { sid: "AuditorReads", roles: [ACCOUNT_ROLES.auditor], actions: ["kms:Decrypt"], via: ["s3"] },
          { sid: "ExporterWrites", roles: [auditExporter], actions: ["kms:GenerateDataKey*"], via: ["s3"] },
        ],
        services: auditWriters(place),
      },
    },
    logs: {
      description: "CloudWatch log groups",
      classification: "internal",
      rotationDays: 365,
      use: {
        services: [
          {
            sid: "LogsEncrypt",
            service: `logs.${place.region}.amazonaws.com`,
            actions: CRYPTO,
            condition: {
              ArnLike: {
                "kms:EncryptionContext:aws:logs:arn": [
                  place.arn("logs", `log-group:*srs*${suffix}*`),
                  // API Gateway names its execution logs itself.
                  place.arn("logs", "log-group:API-Gateway-Execution-Logs_*"),
                ],
              },
            },
          },
        ],
      },
    },
    compute: {
      description: "Images, function environments, task storage, notices, traces, canary artifacts",
      classification: "internal",
      rotationDays: 365,
      use: {
        roles: [
          // Layers are encrypted under grants of the repository: who pulls needs nothing of the key.
          { sid: "ThroughEcr", roles: [computeApply], actions: ["kms:DescribeKey", "kms:RetireGrant"], via: ["ecr"] },
          {
            sid: "FunctionsAreMade",
            roles: [computeApply, dataApply],
            actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"],
            via: ["lambda"],
          },
          {
            sid: "FunctionsRun",
            roles: [roleName("rotation"), roleName("migration"), `srs-${suffix}-consumer-*`, auditExporter],
            actions: ["kms:Decrypt"],
            via: ["lambda"],
          },
          {
            sid: "CanaryKeepsArtifacts",
            roles: [roleName("canary")],
            actions: ["kms:Decrypt", "kms:GenerateDataKey"],
            via: ["s3"],
          },
          {
            sid: "TracesAreKept",
            roles: [computeApply],
            actions: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
            via: ["xray"],
          },
          // ECS asks in the deployer's name whether the key is there, without saying so to the key.
          { sid: "DeploymentLooks", roles: [computeApply], actions: ["kms:DescribeKey"] },
        ],
        grants: { roles: [computeApply, dataApply], via: ["ecr", "lambda", "xray"] },
        services: [...taskStorage(place), ...noticePublishers(place)],
      },
    },
    signing: {
      description: "Audit anchors, official documents and destruction certificates",
      classification: "audit",
      rotationDays: null,
      use: {
        roles: [
          {
            sid: "Sign",
            roles: [apiTask, auditExporter],
            actions: ["kms:Sign"],
            signingAlgorithm: "ECDSA_SHA_256",
          },
          { sid: "ReadPublicKey", roles: [apiTask, auditExporter], actions: ["kms:GetPublicKey"] },
        ],
      },
    },
  };
}

/** Services that write into the audit store and the configuration store, each for this account only. */
function auditWriters(place: KeyPlace): ServiceUse[] {
  const { accountId } = place;
  const ofThisAccount = { "aws:SourceAccount": accountId };
  return [
    {
      sid: "TrailWrites",
      service: "cloudtrail.amazonaws.com",
      actions: ["kms:GenerateDataKey*"],
      condition: {
        StringEquals: { "aws:SourceArn": trailArn(place) },
        // Of any Region: the trail collects from all of them.
        StringLike: {
          "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${accountId}:trail/${place.name("trail", "trail")}`,
        },
      },
    },
    {
      sid: "TrailLooks",
      service: "cloudtrail.amazonaws.com",
      actions: ["kms:DescribeKey"],
      condition: { StringEquals: { "aws:SourceArn": trailArn(place) } },
    },
    {
      sid: "RecorderWrites",
      service: "config.amazonaws.com",
      actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
      condition: { StringEquals: ofThisAccount },
    },
    {
      sid: "LogDeliveryWrites",
      service: "delivery.logs.amazonaws.com",
      actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
      condition: { StringEquals: ofThisAccount, ArnLike: { "aws:SourceArn": place.arn("logs", "*") } },
    },
    {
      sid: "FindingsAreWritten",
      service: "guardduty.amazonaws.com",
      actions: ["kms:GenerateDataKey*"],
      condition: { StringEquals: ofThisAccount, ArnLike: { "aws:SourceArn": detectorArns(place) } },
    },
  ];
}

/** Fargate calls in its own name, so its grant is bounded by what it may do and for which cluster. */
function taskStorage(place: KeyPlace): ServiceUse[] {
  const forCluster = {
    "kms:EncryptionContext:aws:ecs:clusterAccount": place.accountId,
    "kms:EncryptionContext:aws:ecs:clusterName": place.name("platform", "ecs"),
  };
  return [
    {
      sid: "FargateStorage",
      service: "fargate.amazonaws.com",
      actions: ["kms:GenerateDataKeyWithoutPlaintext"],
      condition: { StringEquals: forCluster },
    },
    {
      sid: "FargateGrants",
      service: "fargate.amazonaws.com",
      actions: ["kms:CreateGrant"],
      condition: {
        StringEquals: forCluster,
        "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" },
      },
    },
    {
      sid: "FargateLooks",
      service: "fargate.amazonaws.com",
      actions: ["kms:DescribeKey"],
      condition: { StringEquals: { "aws:SourceAccount": place.accountId } },
    },
  ];
}

/** Services that publish to the topics. No role does, so none has the key for it. */
function noticePublishers(place: KeyPlace): ServiceUse[] {
  const publisher = (sid: string, service: string, condition: ServiceUse["condition"]): ServiceUse => ({
    sid,
    service,
    actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
    condition,
  });
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": place.accountId } };
  return [
    publisher("AlarmsNotify", "cloudwatch.amazonaws.com", ofThisAccount),
    publisher("BudgetsNotify", "budgets.amazonaws.com", {
      ...ofThisAccount,
      ArnLike: { "aws:SourceArn": budgetArns(place) },
    }),
    publisher("DatabaseEventsNotify", "events.rds.amazonaws.com", ofThisAccount),
    // SNS documents that a key's conditions on source account or ARN stop EventBridge, so the topics are named instead.
    publisher("RulesNotify", "events.amazonaws.com", {
      StringEquals: {
        "kms:EncryptionContext:aws:sns:topicArn": TOPICS.map((topic) => topicArn(place, topic)),
      },
    }),
  ];
}
