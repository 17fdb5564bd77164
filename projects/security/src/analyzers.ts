import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** Access that nobody has used for this long is reported. */
const UNUSED_AFTER_DAYS = 90;

/** Two reviews of access that never end: who outside the account can reach something, and who inside no longer needs to. */
export class Analyzers extends pulumi.ComponentResource {
  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Analyzers", name, {}, opts);
    const tags = tagsFor({ classification: "internal", retention: "none" });
    new aws.accessanalyzer.Analyzer(
      "external-access",
      { analyzerName: config.name("external-access", "accessAnalyzer"), type: "ACCOUNT", tags },
      { parent: this },
    );
    new aws.accessanalyzer.Analyzer(
      "unused-access",
      {
        analyzerName: config.name("unused-access", "accessAnalyzer"),
        type: "ACCOUNT_UNUSED_ACCESS",
        configuration: { unusedAccess: { unusedAccessAge: UNUSED_AFTER_DAYS } },
        tags,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
