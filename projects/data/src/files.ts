import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountPrincipal, denyInsecureTransport, policyDocument, tagsFor, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { keptForGood } from "./protection.ts";

/** The service's user in its container. */
const SERVICE_UID = 10001;

/** Shared files of the service: configuration it reads, documents it keeps. Each by an access point of its own. */
export class Files extends pulumi.ComponentResource {
  readonly published;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Files", name, {}, opts);
    const { sizing, security, network } = config;
    const fileSystem = new aws.efs.FileSystem(
      "files",
      {
        creationToken: config.name("files", "efs"),
        encrypted: true,
        kmsKeyId: security.kmsKeyArns.files,
        performanceMode: "generalPurpose",
        throughputMode: "elastic",
        lifecyclePolicies: [
          { transitionToIa: "AFTER_30_DAYS" },
          { transitionToArchive: "AFTER_90_DAYS" },
          { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
        ],
        protection: { replicationOverwrite: "ENABLED" },
        tags: tagsFor({ classification: "internal", retention: "education-record" }),
      },
      { parent: this, ...keptForGood(sizing) },
    );
    // Of its own besides the plan: a copy each day in the vault that EFS keeps, should the plan be changed by mistake.
    new aws.efs.BackupPolicy(
      "files",
      { fileSystemId: fileSystem.id, backupPolicy: { status: "ENABLED" } },
      { parent: this },
    );
    const accessPoint = (purpose: string, permissions: string) =>
      new aws.efs.AccessPoint(
        purpose,
        {
          fileSystemId: fileSystem.id,
          posixUser: { uid: SERVICE_UID, gid: SERVICE_UID },
          rootDirectory: {
            path: `/${purpose}`,
            creationInfo: { ownerUid: SERVICE_UID, ownerGid: SERVICE_UID, permissions },
          },
          tags: tagsFor({ classification: "internal", retention: "education-record" }),
        },
        { parent: this },
      );
    const configuration = accessPoint("config", "0550");
    const documents = accessPoint("documents", "0750");
    for (let zone = 0; zone < sizing.availabilityZones; zone += 1) {
      new aws.efs.MountTarget(
        `zone-${zone + 1}`,
        {
          fileSystemId: fileSystem.id,
          subnetId: network.isolatedSubnetIds.apply((ids) => ids[zone] ?? ""),
          securityGroups: [network.securityGroupIds.efs],
        },
        { parent: this },
      );
    }
    new aws.efs.FileSystemPolicy(
      "files",
      {
        fileSystemId: fileSystem.id,
        bypassPolicyLockoutSafetyCheck: false,
        policy: policyDocument([
          denyInsecureTransport("*", fileSystem.arn),
          mount(config, "ServiceReadsConfiguration", fileSystem.arn, configuration.arn, [
            "elasticfilesystem:ClientMount",
          ]),
          mount(config, "ServiceKeepsDocuments", fileSystem.arn, documents.arn, [
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
          ]),
        ]),
      },
      { parent: this },
    );
    this.published = {
      fileSystemId: fileSystem.id,
      fileSystemArn: fileSystem.arn,
      accessPoints: {
        config: { id: configuration.id, arn: configuration.arn },
        documents: { id: documents.id, arn: documents.arn },
      },
    };
    this.registerOutputs({ fileSystem: fileSystem.id });
  }
}

/** Nobody has root access, and nobody comes in but through a mount target and the access point. */
function mount(
  config: Config,
  sid: string,
  fileSystemArn: pulumi.Input<string>,
  accessPointArn: pulumi.Input<string>,
  actions: string[],
): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: accountPrincipal(config.accountId),
    Action: actions,
    Resource: fileSystemArn,
    Condition: {
      ArnLike: { "aws:PrincipalArn": config.roleArn("api-task") },
      StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn },
      Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
    },
  };
}
