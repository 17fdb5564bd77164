import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RotationEnvironment } from "@records/contracts";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Cache } from "./cache.ts";
import type { DatabaseProxy } from "./database-proxy.ts";
import { DATABASE_NAME, type Database } from "./database.ts";
import { createRotationRole } from "./rotation-role.ts";
import type { Secrets } from "./secrets.ts";

export interface RotationArgs {
  config: Config;
  database: Database;
  cache: Cache;
  proxy: DatabaseProxy;
  secrets: Secrets;
}

/** The one function that makes and changes credentials. Values stay between it, Secrets Manager and the services. */
export class Rotation extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: RotationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Rotation", name, {}, opts);
    const { config } = args;
    const { security, network, sizing } = config;
    const role = createRotationRole(this, args);
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      {
        name: config.name("rotation", "logGroup"),
        kmsKeyId: security.kmsKeyArns.logs,
        retentionInDays: sizing.logRetentionDays,
        logGroupClass: "STANDARD",
        tags: tagsFor({ classification: "internal", retention: "operational-400d" }),
      },
      { parent: this },
    );
    this.function = new aws.lambda.Function(
      name,
      {
        name: config.name("rotation", "lambda"),
        description: "Makes the first credentials of database and cache, and rotates them",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        ...code(config),
        role: role.arn,
        timeout: 60,
        memorySize: 256,
        reservedConcurrentExecutions: 2,
        kmsKeyArn: security.kmsKeyArns.compute,
        vpcConfig: { subnetIds: network.privateSubnetIds, securityGroupIds: [network.securityGroupIds.rotation] },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
        environment: { variables: variables(args) },
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      { parent: this, dependsOn: role.policies },
    );
    this.arn = this.function.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Where only signed code runs, it comes from where it was signed; elsewhere from the folder that was built here. */
function code({ rotationCode, rotationPackage }: Config): Partial<aws.lambda.FunctionArgs> {
  if (rotationPackage === undefined) return { code: new pulumi.asset.FileArchive(rotationCode) };
  const { codeSigningConfigArn, bucket, key, version } = rotationPackage;
  return { codeSigningConfigArn, s3Bucket: bucket, s3Key: key, s3ObjectVersion: version };
}

function variables({
  database,
  cache,
  proxy,
  secrets,
}: RotationArgs): Record<keyof RotationEnvironment, pulumi.Input<string>> {
  return {
    DATABASE_HOST: database.cluster.endpoint,
    DATABASE_PORT: database.cluster.port.apply(String),
    DATABASE_NAME,
    DATABASE_PROXY_HOST: proxy.host,
    DATABASE_PROXY_PORT: proxy.port.apply(String),
    MASTER_SECRET_ARN: database.masterSecretArn,
    APP_SECRET_ARN_A: secrets.arns.dbAppA,
    APP_SECRET_ARN_B: secrets.arns.dbAppB,
    CACHE_HOST: cache.published.primaryEndpoint,
    CACHE_PORT: cache.published.port.apply(String),
    CACHE_API_SECRET_ARN: secrets.arns.cacheApi,
    CACHE_INVALIDATOR_SECRET_ARN: secrets.arns.cacheInvalidator,
    CACHE_API_USER_ID: cache.apiUserId,
    CACHE_INVALIDATOR_USER_ID: cache.invalidatorUserId,
    PSEUDONYM_SALT_SECRET_ARN: secrets.arns.pseudonymSalt,
    CLIENT_SECRET_ARNS: pulumi.all(Object.values(secrets.clients)).apply((arns) => arns.join(",")),
  };
}
