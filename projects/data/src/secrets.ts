import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ACCOUNT_ROLES, policyDocument, roleArn, tagsFor, type Role, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { keptForGood } from "./protection.ts";

interface SecretSpec {
  readonly purpose: string;
  readonly description: string;
  readonly readers: readonly Role[];
}

const DATABASE_READERS = [
  "db-proxy",
  "api-task",
  "relay-task",
  "consumer-cache-invalidator",
] as const satisfies readonly Role[];

/** Two database logins, used in turn: a rotation only ever changes the one that is not in use. */
export const SECRETS = {
  dbAppA: {
    purpose: "db/app-a",
    description: "Database login of the applications, first of two",
    readers: DATABASE_READERS,
  },
  dbAppB: {
    purpose: "db/app-b",
    description: "Database login of the applications, second of two",
    readers: DATABASE_READERS,
  },
  cacheApi: { purpose: "cache/api", description: "Cache login of the records API", readers: ["api-task"] },
  cacheInvalidator: {
    purpose: "cache/invalidator",
    description: "Cache login of the invalidator",
    readers: ["consumer-cache-invalidator"],
  },
} as const satisfies Record<string, SecretSpec>;
export type SecretName = keyof typeof SECRETS;
export type SecretArns = Record<SecretName, pulumi.Output<string>>;

/** Secrets without values: the bootstrap writes the first ones, so that none passes through a program, a plan or a state. */
export class Secrets extends pulumi.ComponentResource {
  readonly arns: SecretArns;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Secrets", name, {}, opts);
    const create = ([field, { purpose, description, readers }]: [string, SecretSpec]) => {
      const secret = new aws.secretsmanager.Secret(
        purpose.replace("/", "-"),
        {
          name: config.name(purpose, "secret"),
          description,
          kmsKeyId: config.security.kmsKeyArns.secrets,
          recoveryWindowInDays: config.sizing.disposable ? 0 : 30,
          tags: tagsFor({ classification: "credential", retention: "none" }),
        },
        { parent: this, ...keptForGood(config.sizing) },
      );
      new aws.secretsmanager.SecretPolicy(
        purpose.replace("/", "-"),
        { secretArn: secret.arn, blockPublicPolicy: true, policy: secretPolicy(config, readers) },
        { parent: this },
      );
      return [field, secret.arn] as const;
    };
    this.arns = Object.fromEntries(Object.entries(SECRETS).map(create)) as SecretArns;
    this.registerOutputs({ arns: this.arns });
  }
}

/** Nobody but the readers takes the value, and they from inside the network only where it has a way to Secrets Manager. */
function secretPolicy(config: Config, readers: readonly Role[]): pulumi.Output<string> {
  const breakGlass = roleArn(config.accountId, ACCOUNT_ROLES.breakGlass);
  const readerArns = [...readers, "rotation" as const].map((role) => config.roleArn(role));
  const readersOnly: Statement = {
    Sid: "ReadersOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": [...readerArns, breakGlass] } },
  };
  return config.network.endpointIds.apply(({ secretsmanager }) =>
    policyDocument(
      secretsmanager
        ? [readersOnly, insideOnly(secretsmanager, [config.roleArn("db-proxy"), breakGlass])]
        : [readersOnly],
    ),
  );
}

/** The proxy calls from AWS's side, break-glass from anywhere. */
function insideOnly(endpointId: string, exempt: readonly string[]): Statement {
  return {
    Sid: "InsideOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: {
      StringNotEquals: { "aws:SourceVpce": endpointId },
      ArnNotLike: { "aws:PrincipalArn": [...exempt] },
      BoolIfExists: { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" },
    },
  };
}
