import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "@records/components";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

const SERVICE = "config.amazonaws.com";

export interface ConfigurationRecorderArgs {
  config: Config;
  bucket: PrivateBucket["bucket"];
  keyArn: pulumi.Input<string>;
}

/** Writes down how every resource of the account is configured, and what it was before. */
export class ConfigurationRecorder extends pulumi.ComponentResource {
  /** Rules wait for it. */
  readonly status: aws.cfg.RecorderStatus;

  constructor(name: string, args: ConfigurationRecorderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:ConfigurationRecorder", name, {}, opts);
    const { config, bucket, keyArn } = args;
    const child = { parent: this };
    const recorder = new aws.cfg.Recorder(
      name,
      {
        name: config.name("configuration", "config"),
        roleArn: this.serviceLinkedRole(config).arn,
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
        recordingMode: { recordingFrequency: config.sizing.configRecordingFrequency },
      },
      child,
    );
    const channel = new aws.cfg.DeliveryChannel(
      name,
      {
        name: config.name("configuration", "config"),
        s3BucketName: bucket.name,
        s3KmsKeyArn: keyArn,
        snapshotDeliveryProperties: { deliveryFrequency: "TwentyFour_Hours" },
      },
      { parent: this, dependsOn: [recorder] },
    );
    this.status = new aws.cfg.RecorderStatus(
      name,
      { name: recorder.name, isEnabled: true },
      { parent: this, dependsOn: [channel] },
    );
    this.registerOutputs({});
  }

  /**
   * The one role under which Config looks. An account has it once and for all, and creating it again is refused: where
   * it is there already, the stack adopts it. Looking it up first would delete it on the next run.
   */
  private serviceLinkedRole(config: Config): aws.iam.ServiceLinkedRole {
    const adopted = `arn:aws:iam::${config.accountId}:role/aws-service-role/${SERVICE}/AWSServiceRoleForConfig`;
    return new aws.iam.ServiceLinkedRole(
      "config",
      { awsServiceName: SERVICE, tags: tagsFor({ classification: "internal", retention: "none" }) },
      {
        parent: this,
        ...(config.adoptConfigRole && {
          import: adopted,
          // Whoever made it described and tagged it, and an import that would change something is refused.
          ignoreChanges: ["description", "tags", "tagsAll"],
        }),
      },
    );
  }
}
