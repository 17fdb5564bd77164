import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** Traffic and questions are an auditor's first evidence: encrypted, kept as long as the environment says, hard to delete. */
export function evidenceLogGroup(
  config: Config,
  purpose: string,
  retentionInDays: number,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    purpose,
    {
      name: config.name(purpose, "logGroup"),
      kmsKeyId: config.security.kmsKeyArns.logs,
      retentionInDays,
      logGroupClass: "STANDARD",
      deletionProtectionEnabled: config.sizing.deletionProtection,
      tags: tagsFor({ classification: "audit", retention: "operational-400d" }),
    },
    opts,
  );
}
