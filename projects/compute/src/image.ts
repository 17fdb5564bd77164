import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import {
  ACCOUNT_ROLES,
  accountPrincipal,
  policyDocument,
  roleArn,
  tagsFor,
  type StackSettings,
} from "@records/conventions";
import { join } from "node:path";
import type { Config } from "../config.ts";

const KEEP = {
  rules: [
    {
      rulePriority: 1,
      description: "Untagged layers go after a week",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "The last 30 images stay for a rollback",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
      action: { type: "expire" },
    },
  ],
};

const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const CHANGE = [
  "ecr:BatchDeleteImage",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/** The one image of the service: API and relay are two commands of it. */
export class ServiceImage extends pulumi.ComponentResource {
  readonly repositoryArn: pulumi.Output<string>;
  /** By digest, so that a task definition names one content for ever. */
  readonly uri: pulumi.Output<string>;
  readonly digest: pulumi.Output<string>;

  constructor(name: string, config: Config) {
    super("srs:compute:ServiceImage", name);
    const { settings, security } = config;
    const repository = new aws.ecr.Repository(
      "api",
      {
        name: settings.name("api", "ecr"),
        imageTagMutability: "IMMUTABLE",
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: security.kmsKeyArns.compute }],
        imageScanningConfiguration: { scanOnPush: true },
        forceDelete: settings.sizing.disposable,
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this, protect: settings.sizing.protect },
    );
    const of = { repository: repository.name };
    new aws.ecr.LifecyclePolicy("api", { ...of, policy: JSON.stringify(KEEP) }, { parent: this });
    new aws.ecr.RepositoryPolicy("api", { ...of, policy: whoPullsAndPushes(settings) }, { parent: this });
    if (settings.accountBaseline) scanRegistry(this);
    this.uri =
      config.imageDigest === undefined
        ? buildImage(config, repository, this)
        : pulumi.interpolate`${repository.repositoryUrl}@${config.imageDigest}`;
    this.repositoryArn = repository.arn;
    this.digest = this.uri.apply((uri) => uri.slice(uri.indexOf("@") + 1));
    this.registerOutputs({ uri: this.uri });
  }
}

function buildImage({ artifacts }: Config, repository: aws.ecr.Repository, parent: pulumi.Resource) {
  const image = new awsx.ecr.Image(
    "api",
    {
      repositoryUrl: repository.repositoryUrl,
      context: artifacts.imageContext,
      dockerfile: join(artifacts.imageContext, "Dockerfile"),
      target: "runtime",
      platform: "linux/arm64",
      imageTag: artifacts.imageTag,
    },
    { parent },
  );
  return image.imageUri;
}

/** Tasks pull; the pipeline and the first deployment push; nobody else changes what will run. */
function whoPullsAndPushes(settings: StackSettings): pulumi.Output<string> {
  const { accountId } = settings;
  const pushers = [settings.applyRole("compute"), ACCOUNT_ROLES.bootstrap].map((name) => roleArn(accountId, name));
  return policyDocument([
    {
      Sid: "TasksPull",
      Effect: "Allow",
      Principal: accountPrincipal(accountId),
      Action: PULL,
      Condition: { ArnLike: { "aws:PrincipalArn": settings.roleArn("api-execution") } },
    },
    {
      Sid: "DenyChangesToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: CHANGE,
      Condition: { ArnNotLike: { "aws:PrincipalArn": pushers } },
    },
  ]);
}

/** One setting of the account: each image is scanned when it comes and again whenever a new weakness becomes known. */
function scanRegistry(parent: pulumi.Resource): void {
  const everyRepository = [{ filter: "*", filterType: "WILDCARD" }];
  new aws.ecr.RegistryScanningConfiguration(
    "registry",
    { scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: everyRepository }] },
    { parent },
  );
}
