import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Identity } from "./identity.ts";
import type { UsagePlans } from "./usage-plans.ts";

export interface ClientCredentialsArgs {
  readonly identity: Identity;
  readonly usagePlans: UsagePlans;
}

/**
 * Puts each client's secret and API key where the campus system fetches them. The rotation function reads both from
 * their services and writes the secret's first version: no value passes through here, or through this stack's state.
 */
export class ClientCredentials extends pulumi.ComponentResource {
  /** By campus system. */
  readonly secretArns: Record<string, pulumi.Output<string>>;

  constructor(name: string, config: Config, { identity, usagePlans }: ClientCredentialsArgs) {
    super("srs:compute:ClientCredentials", name);
    this.secretArns = Object.fromEntries(
      config.campusSystems.map((system) => {
        const secretArn = config.data.secretArns.apply(({ clients }) => declaredFor(system.name, clients));
        const adopted = new aws.lambda.Invocation(
          system.name,
          {
            functionName: config.data.rotationFunctionArn,
            // Ids alone. Another client or key is another input, and a changed input invokes again.
            input: pulumi.jsonStringify({
              operation: "adopt-client",
              system: system.name,
              secretArn,
              userPoolId: identity.userPoolId,
              clientId: identity.clientIds[system.name],
              apiKeyId: usagePlans.apiKeyIds[system.name],
              issuer: identity.issuer,
            }),
            lifecycleScope: "CREATE_ONLY",
          },
          { parent: this },
        );
        // Whoever reads the ARN finds a value there.
        return [system.name, pulumi.all([secretArn, adopted.id]).apply(([arn]) => arn)];
      }),
    );
    this.registerOutputs({ secretArns: this.secretArns });
  }
}

function declaredFor(system: string, clients: Readonly<Record<string, string>>): string {
  const arn = clients[system];
  if (arn !== undefined) return arn;
  throw new Error(
    `Campus system "${system}" has no secret in the data layer (there are: ${Object.keys(clients).join(", ") || "none"}), so its ` +
      "credentials would have no place. Add it to campusSystems of srs-data, deploy data, then this stack.",
  );
}
