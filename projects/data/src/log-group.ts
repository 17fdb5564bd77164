import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** What a service of this layer writes down: encrypted, kept as long as the environment says, hard to delete. */
export function serviceLogGroup(
  config: Config,
  { purpose, name }: { purpose: string; name: string },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    purpose,
    {
      name,
      kmsKeyId: config.security.kmsKeyArns.logs,
      retentionInDays: config.sizing.logRetentionDays,
      logGroupClass: "STANDARD",
      deletionProtectionEnabled: config.sizing.deletionProtection,
      tags: tagsFor({ classification: "internal", retention: "operational-400d" }),
    },
    opts,
  );
}
