import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Classification } from "@records/conventions";
import type { Config } from "../config.ts";

/** A log group is made before whatever writes to it: a service would make it without key, retention and tags. */
export function logGroup(
  { settings, security }: Config,
  purpose: string,
  classification: Classification,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    purpose,
    {
      name: settings.name(purpose, "logGroup"),
      kmsKeyId: security.kmsKeyArns.logs,
      retentionInDays: settings.sizing.logRetentionDays,
      logGroupClass: "STANDARD",
      deletionProtectionEnabled: settings.sizing.deletionProtection,
      tags: tagsFor({ classification, retention: "operational-400d" }),
    },
    opts,
  );
}
