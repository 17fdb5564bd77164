import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Database } from "./database.ts";
import type { Files } from "./files.ts";

/** What AWS Backup finds out by itself, and what it would find wrong: the account's default network, AWS's own keys. */
type Overrides = Record<string, pulumi.Input<string>>;

export interface RestoreTestingArgs {
  config: Config;
  database: Database;
  files: Files;
  vaults: { arn: pulumi.Output<string> }[];
  role: { arn: pulumi.Output<string>; policies: pulumi.Resource[] };
}

/** Restores the newest backup of records and files every Sunday, leaves it for four hours, and deletes it. */
export function testRestores(
  parent: pulumi.Resource,
  { config, database, files, vaults, role }: RestoreTestingArgs,
): void {
  const { sizing, security, network } = config;
  const plan = new aws.backup.RestoreTestingPlan(
    "records",
    {
      name: config.name("records", "restoreTesting"),
      scheduleExpression: "cron(0 10 ? * SUN *)",
      scheduleExpressionTimezone: "Etc/UTC",
      startWindowHours: 4,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: vaults.map(({ arn }) => arn),
        recoveryPointTypes: sizing.backup.continuous ? ["CONTINUOUS", "SNAPSHOT"] : ["SNAPSHOT"],
        selectionWindowDays: 7,
      },
      tags: tagsFor({ classification: "internal", retention: "none" }),
    },
    { parent },
  );
  const test = (purpose: string, type: "Aurora" | "EFS", arn: pulumi.Input<string>, overrides: Overrides) =>
    new aws.backup.RestoreTestingSelection(
      purpose,
      {
        name: config.name(purpose, "restoreTesting"),
        restoreTestingPlanName: plan.name,
        protectedResourceType: type,
        protectedResourceArns: [arn],
        iamRoleArn: role.arn,
        restoreMetadataOverrides: overrides,
        validationWindowHours: 4,
      },
      { parent, dependsOn: role.policies },
    );
  test("database", "Aurora", database.cluster.arn, {
    dbSubnetGroupName: database.subnetGroupName,
    vpcSecurityGroupIds: pulumi.jsonStringify([network.securityGroupIds.database]),
  });
  test("files", "EFS", files.published.fileSystemArn, { kmsKeyId: security.kmsKeyArns.files });
}
