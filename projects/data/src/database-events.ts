import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** What somebody is told of, by source. Security Hub asks for these categories, and no source left out, by RDS.19 to RDS.22. */
export const DATABASE_EVENTS = {
  "db-cluster": ["failover", "failure", "maintenance"],
  "db-instance": ["configuration change", "failure", "maintenance"],
  "db-parameter-group": ["configuration change"],
  "db-security-group": ["configuration change", "failure"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Tells the alert topic what RDS does to databases by itself. Without a list of sources a subscription is about all of
 * the account, so an account has one of each: it could not hold one of each for every stack (20 in all).
 */
export class DatabaseEvents extends pulumi.ComponentResource {
  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:DatabaseEvents", name, {}, opts);
    for (const [source, categories] of Object.entries(DATABASE_EVENTS)) {
      new aws.rds.EventSubscription(
        source,
        {
          name: config.name(`${source}-events`, "rds"),
          snsTopic: config.security.alertTopicArn,
          sourceType: source,
          eventCategories: [...categories],
          enabled: true,
          tags: tagsFor({ classification: "internal", retention: "none" }),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
