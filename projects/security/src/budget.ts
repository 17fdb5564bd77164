import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

export interface BudgetArgs {
  config: Config;
  topicArn: pulumi.Input<string>;
}

/**
 * What the environment may cost in a month, and who hears when it costs more.
 * One per account: stacks of pull requests carry dev's tag, so dev's budget counts them.
 */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, { config, topicArn }: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Budget", name, {}, opts);
    const notice = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberSnsTopicArns: [topicArn],
    });
    if (config.accountBaseline) {
      new aws.budgets.Budget(
        name,
        {
          name: config.name("monthly", "budget"),
          budgetType: "COST",
          timeUnit: "MONTHLY",
          limitAmount: String(config.sizing.budgetUsdPerMonth),
          limitUnit: "USD",
          // Counts from the day on which the tag was activated for cost allocation (README).
          costFilters: [{ name: "TagKeyValue", values: [`user:Environment$${config.environment}`] }],
          notifications: [notice("ACTUAL", 80), notice("FORECASTED", 100)],
          tags: tagsFor({ classification: "internal", retention: "none" }),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
