import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
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

/** The one image of the service: API and relay are two commands of it. */
export class ServiceImage extends pulumi.ComponentResource {
  readonly repositoryArn: pulumi.Output<string>;
  /** By digest, so that a task definition names one content for ever. */
  readonly uri: pulumi.Output<string>;
  readonly digest: pulumi.Output<string>;

  constructor(name: string, config: Config) {
    super("srs:compute:ServiceImage", name);
    const { settings, security, artifacts } = config;
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
    new aws.ecr.LifecyclePolicy("api", { repository: repository.name, policy: JSON.stringify(KEEP) }, { parent: this });
    if (config.imageDigest === undefined) {
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
        { parent: this },
      );
      this.uri = image.imageUri;
    } else {
      this.uri = pulumi.interpolate`${repository.repositoryUrl}@${config.imageDigest}`;
    }
    this.repositoryArn = repository.arn;
    this.digest = this.uri.apply((uri) => uri.slice(uri.indexOf("@") + 1));
    this.registerOutputs({ uri: this.uri });
  }
}
