import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type StackSettings } from "@records/conventions";
import type { Config } from "../config.ts";

/** Keys that AWS itself reports as missing; six is the most that the rule takes. */
const REQUIRED_TAGS = [
  "Project",
  "Environment",
  "Owner",
  "CostCenter",
  "DataClassification",
  "RetentionClass",
] as const;

interface ManagedRule {
  /** Name of the AWS managed rule; its identifier is the same in capitals with underscores. */
  readonly name: string;
  readonly description: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Runs by the clock; all others run when something that they look at changes. */
  readonly periodic: boolean;
}

/** Rules beyond the conformance packs: what this platform promises and no published standard asks for in this form. */
export function managedRules({ sizing }: Pick<StackSettings, "sizing">): readonly ManagedRule[] {
  return [
    {
      name: "secretsmanager-secret-periodic-rotation",
      description: "Every secret has changed within 90 days",
      parameters: { maxDaysSinceRotation: "90" },
      periodic: true,
    },
    {
      name: "secretsmanager-using-cmk",
      description: "Every secret is under a customer-managed key",
      periodic: false,
    },
    {
      name: "cloudwatch-log-group-encrypted",
      description: "Every log group is under a customer-managed key",
      periodic: true,
    },
    {
      name: "cw-loggroup-retention-period-check",
      description: "Log groups keep their events as long as this environment does",
      parameters: { MinRetentionTime: String(sizing.logRetentionDays) },
      periodic: true,
    },
    {
      name: "required-tags",
      description: "Resources say whose they are and what they hold",
      parameters: Object.fromEntries(REQUIRED_TAGS.map((key, index) => [`tag${index + 1}Key`, key])),
      periodic: false,
    },
    {
      name: "kms-cmk-not-scheduled-for-deletion",
      description: "No key is on its way out",
      periodic: true,
    },
    {
      name: "backup-recovery-point-manual-deletion-disabled",
      description: "No backup vault lets anybody delete a recovery point",
      periodic: false,
    },
  ];
}

export interface RulesArgs {
  config: Config;
  /** The running recorder: AWS refuses a rule that has nothing to look at. */
  after: pulumi.Resource;
}

/** The rules of `managedRules` in AWS Config. */
export class ConfigurationRules extends pulumi.ComponentResource {
  constructor(name: string, { config, after }: RulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:ConfigurationRules", name, {}, opts);
    for (const rule of managedRules(config)) {
      new aws.cfg.Rule(
        rule.name,
        {
          name: config.name(rule.name, "config"),
          description: rule.description,
          source: { owner: "AWS", sourceIdentifier: rule.name.toUpperCase().replaceAll("-", "_") },
          ...(rule.parameters && { inputParameters: JSON.stringify(rule.parameters) }),
          ...(rule.periodic && { maximumExecutionFrequency: "TwentyFour_Hours" }),
          tags: tagsFor({ classification: "internal", retention: "none" }),
        },
        { parent: this, dependsOn: [after] },
      );
    }
    this.registerOutputs({});
  }
}
