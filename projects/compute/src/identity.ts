import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ONEROSTER, SCOPES } from "@records/contracts";
import { cognitoDomainPrefix, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { RESOURCE_SERVER } from "./names.ts";
import { consoleClient, machineClient } from "./user-pool-clients.ts";

/**
 * Issues every token: to campus systems by client credentials, to people by the university's own sign-in. Clients find its
 * endpoints in the issuer's discovery document.
 */
export class Identity extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly userPoolArn: pulumi.Output<string>;
  readonly userPoolId: pulumi.Output<string>;
  /** Machine clients by campus system. */
  readonly clientIds: Record<string, pulumi.Output<string>>;
  /** What the contract tells of it; clients by campus system. */
  readonly published: {
    readonly issuer: pulumi.Output<string>;
    readonly userPoolId: pulumi.Output<string>;
    readonly resourceServer: string;
    readonly clientIds: Record<string, pulumi.Output<string>>;
    readonly consoleClientId: pulumi.Output<string>;
  };

  constructor(name: string, config: Config) {
    super("srs:compute:Identity", name);
    const { settings } = config;
    const pool = this.pool(config);
    new aws.cognito.UserPoolDomain(
      "sign-in",
      { userPoolId: pool.id, domain: cognitoDomainPrefix(settings.suffix, settings.accountId) },
      { parent: this },
    );
    const server = this.server(pool, "records-api", {
      identifier: RESOURCE_SERVER,
      name: settings.name("records-api", "cognito"),
      scopes: SCOPES,
    });
    this.server(pool, "oneroster", { ...ONEROSTER, name: settings.name("oneroster", "cognito") });
    const university = this.university(config, pool);
    const place = { userPoolId: pool.id, parent: this, dependsOn: [server] };
    this.clientIds = Object.fromEntries(
      config.campusSystems.map((system) => [system.name, machineClient(config, system, place).id]),
    );
    const console = consoleClient(config, university?.providerName, {
      ...place,
      dependsOn: [server, ...(university ? [university] : [])],
    });
    this.issuer = pulumi.interpolate`https://${pool.endpoint}`;
    this.userPoolArn = pool.arn;
    this.userPoolId = pool.id;
    this.published = {
      issuer: this.issuer,
      userPoolId: pool.id,
      resourceServer: RESOURCE_SERVER,
      clientIds: this.clientIds,
      consoleClientId: console.id,
    };
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
        userPoolAddOns:
          sizing.userPoolTier === "PLUS"
            ? {
                advancedSecurityMode: "ENFORCED",
                // No client has a sign-in of its own making; should one get it, it is guarded like the others.
                advancedSecurityAdditionalFlows: { customAuthMode: "ENFORCED" },
              }
            : { advancedSecurityMode: "OFF" },
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

  private server(
    pool: aws.cognito.UserPool,
    name: string,
    args: { readonly identifier: string; readonly name: string; readonly scopes: readonly string[] },
  ): aws.cognito.ResourceServer {
    return new aws.cognito.ResourceServer(
      name,
      {
        userPoolId: pool.id,
        identifier: args.identifier,
        name: args.name,
        scopes: args.scopes.map((scopeName) => ({ scopeName, scopeDescription: `Records API: ${scopeName}` })),
      },
      { parent: this },
    );
  }

  /** Where people have their account. Without it, only those whom an administrator enters can sign in. */
  private university(
    { samlMetadataUrl }: Config,
    pool: aws.cognito.UserPool,
  ): aws.cognito.IdentityProvider | undefined {
    if (samlMetadataUrl === undefined) return undefined;
    return new aws.cognito.IdentityProvider(
      "university",
      {
        userPoolId: pool.id,
        providerName: "university",
        providerType: "SAML",
        providerDetails: {
          MetadataURL: samlMetadataUrl,
          // Who signs out here is signed out there; our requests are signed, and nobody is sent here unasked.
          IDPSignout: "true",
          RequestSigningAlgorithm: "rsa-sha256",
          IDPInit: "false",
        },
        attributeMapping: { email: "urn:oid:0.9.2342.19200300.100.1.3" },
      },
      {
        parent: this,
        // Cognito adds what it read in the metadata, and the key it made.
        ignoreChanges: ["ActiveEncryptionCertificate", "SLORedirectBindingURI", "SSORedirectBindingURI"].map(
          (detail) => `providerDetails.${detail}`,
        ),
      },
    );
  }
}
