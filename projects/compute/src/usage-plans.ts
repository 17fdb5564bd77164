import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Gateway } from "./gateway.ts";

/** One API key for each campus system, so that one at its limit leaves the others alone. A key authorizes nothing. */
export class UsagePlans extends pulumi.ComponentResource {
  /** By campus system. Ids, not values: a value is read with the id by whoever may. */
  readonly apiKeyIds: Record<string, pulumi.Output<string>>;

  constructor(name: string, config: Config, args: { gateway: Gateway }) {
    super("srs:compute:UsagePlans", name);
    const { settings, campusSystems } = config;
    const { ratePerSecond, burst, perDay } = settings.sizing.api.standardPlan;
    const tags = tagsFor({ classification: "credential", retention: "none" });
    const standard = new aws.apigateway.UsagePlan(
      "standard",
      {
        name: settings.name("standard", "apiGateway"),
        apiStages: [{ apiId: args.gateway.restApiId, stage: args.gateway.stageName }],
        throttleSettings: { rateLimit: ratePerSecond, burstLimit: burst },
        quotaSettings: { limit: perDay, period: "DAY" },
        tags,
      },
      { parent: this },
    );
    this.apiKeyIds = Object.fromEntries(
      campusSystems.map((system) => {
        const key = new aws.apigateway.ApiKey(
          system.name,
          { name: settings.name(system.name, "apiGateway"), enabled: true, tags },
          { parent: this },
        );
        new aws.apigateway.UsagePlanKey(
          system.name,
          { keyId: key.id, keyType: "API_KEY", usagePlanId: standard.id },
          { parent: this },
        );
        return [system.name, key.id];
      }),
    );
    this.registerOutputs({ apiKeyIds: this.apiKeyIds });
  }
}
