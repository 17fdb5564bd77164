import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Gateway } from "./gateway.ts";
import { planOf, plansOf, type Plan } from "./plans.ts";

/** One API key for each campus system, so that one at its limit leaves the others alone. A key authorizes nothing. */
export class UsagePlans extends pulumi.ComponentResource {
  /** By campus system. Ids, not values: a value is read with the id by whoever may. */
  readonly apiKeyIds: Record<string, pulumi.Output<string>>;
  /** Of the plan that admits the most. */
  readonly ratePerSecondMax: number;

  constructor(name: string, config: Config, args: { gateway: Gateway }) {
    super("srs:compute:UsagePlans", name);
    const { settings, campusSystems } = config;
    const { standardPlan } = settings.sizing.api;
    const plans = plansOf(campusSystems, standardPlan);
    this.ratePerSecondMax = Math.max(...plans.map(({ ratePerSecond }) => ratePerSecond));
    const planIds = new Map(plans.map((plan) => [plan.name, this.plan(config, args.gateway, plan).id]));
    this.apiKeyIds = Object.fromEntries(
      campusSystems.map((system) => [
        system.name,
        this.key(config, system.name, planIds.get(planOf(system, standardPlan).name)!),
      ]),
    );
    this.key(config, "console", planIds.get("console")!);
    this.registerOutputs({ apiKeyIds: this.apiKeyIds });
  }

  private plan({ settings }: Config, gateway: Gateway, plan: Plan): aws.apigateway.UsagePlan {
    return new aws.apigateway.UsagePlan(
      plan.name,
      {
        name: settings.name(plan.name, "apiGateway"),
        apiStages: [{ apiId: gateway.restApiId, stage: gateway.stageName }],
        throttleSettings: { rateLimit: plan.ratePerSecond, burstLimit: plan.burst },
        ...(plan.perDay !== undefined && { quotaSettings: { limit: plan.perDay, period: "DAY" } }),
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      { parent: this },
    );
  }

  private key({ settings }: Config, caller: string, planId: pulumi.Input<string>): pulumi.Output<string> {
    const key = new aws.apigateway.ApiKey(
      caller,
      {
        name: settings.name(caller, "apiGateway"),
        enabled: true,
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      { parent: this },
    );
    new aws.apigateway.UsagePlanKey(
      caller,
      { keyId: key.id, keyType: "API_KEY", usagePlanId: planId },
      { parent: this },
    );
    return key.id;
  }
}
