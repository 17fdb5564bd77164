import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cognitoDomainPrefix, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { RESOURCE_SERVER, SCOPE_PREFIX } from "./names.ts";

/** Issues every token: to campus systems by client credentials. Clients find its endpoints in the issuer's discovery document. */
export class Identity extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly userPoolArn: pulumi.Output<string>;
  /** What the contract tells of it; clients by campus system. */
  readonly published: {
    readonly issuer: pulumi.Output<string>;
    readonly userPoolId: pulumi.Output<string>;
    readonly resourceServer: string;
    readonly clientIds: Record<string, pulumi.Output<string>>;
  };

  constructor(name: string, config: Config) {
    super("srs:compute:Identity", name);
    const pool = this.pool(config);
    new aws.cognito.UserPoolDomain(
      "sign-in",
      { userPoolId: pool.id, domain: cognitoDomainPrefix(config.settings.suffix, config.settings.accountId) },
      { parent: this },
    );
    const server = new aws.cognito.ResourceServer(
      "records-api",
      {
        userPoolId: pool.id,
        identifier: RESOURCE_SERVER,
        name: config.settings.name("records-api", "cognito"),
        scopes: config.artifacts.apiScopes.map((scopeName) => ({
          scopeName,
          scopeDescription: `Records API: ${scopeName}`,
        })),
      },
      { parent: this },
    );
    const clientIds = Object.fromEntries(
      config.campusSystems.map((system) => [
        system.name,
        this.machineClient(config, server, system.name, system.scopes).id,
      ]),
    );
    this.issuer = pulumi.interpolate`https://${pool.endpoint}`;
    this.userPoolArn = pool.arn;
    this.published = { issuer: this.issuer, userPoolId: pool.id, resourceServer: RESOURCE_SERVER, clientIds };
    this.registerOutputs({ issuer: this.issuer });
  }

  private pool({ settings }: Config): aws.cognito.UserPool {
    const { sizing } = settings;
    return new aws.cognito.UserPool(
      "people-and-systems",
      {
        name: settings.name("records", "cognito"),
        userPoolTier: sizing.userPoolTier,
        // The smaller tier refuses threat protection.
        userPoolAddOns: { advancedSecurityMode: sizing.userPoolTier === "PLUS" ? "ENFORCED" : "OFF" },
        deletionProtection: sizing.deletionProtection ? "ACTIVE" : "INACTIVE",
        mfaConfiguration: "ON",
        softwareTokenMfaConfiguration: { enabled: true },
        passwordPolicy: {
          minimumLength: 14,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
          passwordHistorySize: 12,
          temporaryPasswordValidityDays: 1,
        },
        adminCreateUserConfig: { allowAdminCreateUserOnly: true },
        accountRecoverySetting: { recoveryMechanisms: [{ name: "admin_only", priority: 1 }] },
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      { parent: this, protect: sizing.protect, retainOnDelete: sizing.retainOnDelete },
    );
  }

  /** One for each campus system. Its secret is made by Cognito and stays in the state, encrypted. */
  private machineClient(
    { settings }: Config,
    server: aws.cognito.ResourceServer,
    system: string,
    scopes: readonly string[],
  ): aws.cognito.UserPoolClient {
    return new aws.cognito.UserPoolClient(
      system,
      {
        name: settings.name(system, "cognito"),
        userPoolId: server.userPoolId,
        generateSecret: true,
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthFlows: ["client_credentials"],
        allowedOauthScopes: scopes.map((scope) => SCOPE_PREFIX + scope),
        accessTokenValidity: 60,
        tokenValidityUnits: { accessToken: "minutes" },
        enableTokenRevocation: true,
        preventUserExistenceErrors: "ENABLED",
        // An empty list would mean all password flows.
        explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      },
      // A scope has to exist before a client may have it.
      { parent: this, dependsOn: [server] },
    );
  }
}
