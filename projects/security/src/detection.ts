import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "@records/components";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** What GuardDuty looks at besides its foundation (trail, flow logs and DNS logs, which it reads by itself). */
const FEATURES = ["S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION"] as const;

/** Who puts the runtime agent where. AWS answers with all three, so leaving one out shows as drift for ever. */
const AGENTS = [
  { name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "ENABLED" },
  { name: "EC2_AGENT_MANAGEMENT", status: "DISABLED" },
  { name: "EKS_ADDON_MANAGEMENT", status: "DISABLED" },
];

export interface DetectionArgs {
  config: Config;
  bucket: PrivateBucket["bucket"];
  keyArn: pulumi.Input<string>;
}

/** Threat detection, with every finding kept in the audit store. */
export class Detection extends pulumi.ComponentResource {
  constructor(name: string, { bucket, keyArn }: DetectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Detection", name, {}, opts);
    const child = { parent: this };
    const detector = new aws.guardduty.Detector(
      name,
      {
        enable: true,
        findingPublishingFrequency: "FIFTEEN_MINUTES",
        tags: tagsFor({ classification: "audit", retention: "none" }),
      },
      child,
    );
    for (const feature of FEATURES) {
      new aws.guardduty.DetectorFeature(
        feature.toLowerCase().replaceAll("_", "-"),
        { detectorId: detector.id, name: feature, status: "ENABLED" },
        child,
      );
    }
    // Covers EKS too, which is why EKS_RUNTIME_MONITORING beside it is refused.
    new aws.guardduty.DetectorFeature(
      "runtime-monitoring",
      {
        detectorId: detector.id,
        name: "RUNTIME_MONITORING",
        status: "ENABLED",
        additionalConfigurations: AGENTS,
      },
      child,
    );
    new aws.guardduty.PublishingDestination(
      name,
      {
        detectorId: detector.id,
        destinationType: "S3",
        // GuardDuty writes a test object: the bucket's name comes with its policy in place, the key's with its own.
        destinationArn: bucket.arn,
        kmsKeyArn: keyArn,
        tags: tagsFor({ classification: "audit", retention: "audit-7y" }),
      },
      child,
    );
    this.registerOutputs({});
  }
}
