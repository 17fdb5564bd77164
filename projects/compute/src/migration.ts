import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { MigrationEnvironment } from "@records/contracts";
import type { Config } from "../config.ts";
import { functionEnvironment } from "./environment.ts";
import { FUNCTION_POLICIES, privateFunction, type PrivateFunction } from "./function.ts";
import { SEND_TRACES } from "./grants.ts";
import { ServiceRole } from "./service-role.ts";

/** Schema before code: runs in the deployment, once for each change of the SQL files, before any service is updated. */
export class Migration extends pulumi.ComponentResource {
  readonly published: PrivateFunction["published"];
  /** Services and consumers wait for this. */
  readonly done: pulumi.Resource;

  constructor(name: string, config: Config) {
    super("srs:compute:Migration", name);
    const { database } = config.data;
    const user = "srs_owner";
    const role = new ServiceRole(
      config,
      {
        role: "migration",
        service: "lambda",
        managedPolicies: FUNCTION_POLICIES,
        statements: [
          {
            Sid: "ConnectAsOwner",
            Action: ["rds-db:connect"],
            Resource: database.clusterResourceId.apply((id) => config.settings.arn("rds-db", `dbuser:${id}/${user}`)),
          },
          SEND_TRACES,
        ],
      },
      { parent: this },
    );
    const { lambda, live, published } = privateFunction(
      config,
      {
        purpose: "migration",
        role,
        folder: config.artifacts.migrationFolder,
        environment: functionEnvironment<MigrationEnvironment>({
          // The cluster itself: a schema change holds its session, and the proxy knows the application's users only.
          DATABASE_HOST: database.directEndpoint,
          DATABASE_PORT: database.port,
          DATABASE_NAME: database.name,
          DATABASE_USER: user,
        }),
        securityGroupId: config.network.securityGroupIds.migration,
        timeoutSeconds: 900,
        memoryMiB: 512,
        concurrency: 1,
        classification: "internal",
      },
      { parent: this },
    );
    this.done = new aws.lambda.Invocation(
      "migrate",
      {
        functionName: lambda.name,
        qualifier: live.name,
        input: JSON.stringify({ operation: "migrate" }),
        lifecycleScope: "CREATE_ONLY",
        triggers: { migrations: config.artifacts.migrationsDigest },
      },
      { parent: this },
    );
    this.published = published;
    this.registerOutputs(published);
  }
}
