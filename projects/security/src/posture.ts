import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";

/** Standards that Security Hub checks the account against, by the path of their ARN. */
const STANDARDS = {
  "best-practices": "aws-foundational-security-best-practices/v/1.0.0",
  "nist-800-53": "nist-800-53/v/5.0.0",
  cis: "cis-aws-foundations-benchmark/v/3.0.0",
} as const;

/** Where the account stands against published standards, checked all the time. Its controls look at what is recorded. */
export class Posture extends pulumi.ComponentResource {
  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Posture", name, {}, opts);
    const hub = new aws.securityhub.Account(
      name,
      // The default standards include an outdated benchmark; a finding counts once, however many standards ask for it.
      { enableDefaultStandards: false, autoEnableControls: true, controlFindingGenerator: "SECURITY_CONTROL" },
      { parent: this },
    );
    for (const [standard, path] of Object.entries(STANDARDS)) {
      new aws.securityhub.StandardsSubscription(
        standard,
        // Standards belong to no account: that part of the ARN is empty.
        { standardsArn: `arn:aws:securityhub:${config.region}::standards/${path}` },
        { parent: this, dependsOn: [hub] },
      );
    }
    this.registerOutputs({});
  }
}
