import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";

/** Scans images and functions for known vulnerabilities, again whenever a new one becomes known. */
export class Scanning extends pulumi.ComponentResource {
  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Scanning", name, {}, opts);
    new aws.inspector2.Enabler(
      name,
      { accountIds: [config.accountId], resourceTypes: ["ECR", "LAMBDA"] },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
