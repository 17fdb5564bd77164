import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Rotation } from "./rotation.ts";
import { SECRETS } from "./secrets.ts";

export interface BootstrapArgs {
  config: Config;
  rotation: Rotation;
  /** What must be there to be given credentials. */
  after: pulumi.Resource[];
}

/** Lets the rotation function write the first credentials: only those that are missing, however often it runs. */
export class Bootstrap extends pulumi.ComponentResource {
  readonly invocation: aws.lambda.Invocation;

  constructor(name: string, { config, rotation, after }: BootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Bootstrap", name, {}, opts);
    this.invocation = new aws.lambda.Invocation(
      name,
      {
        functionName: rotation.function.name,
        input: JSON.stringify({ operation: "bootstrap" }),
        lifecycleScope: "CREATE_ONLY",
        // A new secret needs its first value.
        triggers: {
          secrets: [
            ...Object.values(SECRETS).map(({ purpose }) => purpose),
            ...config.campusSystems.map((system) => `clients/${system}`),
          ].join(","),
        },
      },
      { parent: this, dependsOn: after },
    );
    this.registerOutputs();
  }
}
