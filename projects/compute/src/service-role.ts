import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Role } from "@records/conventions";
import type { Config } from "../config.ts";

export interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;
}

export interface ServiceRoleArgs {
  readonly role: Role;
  readonly service: "ecs-tasks" | "lambda" | "apigateway";
  readonly statements?: readonly Statement[];
  /** Names under `service-role/` of AWS's own managed policies. */
  readonly managedPolicies?: readonly string[];
}

/** A role that one AWS service may take in this account: least privilege by its policy, capped by the platform's boundary. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Wait for these, not for the role alone: a service that starts earlier is refused what it may do a moment later. */
  readonly grants: readonly pulumi.Resource[];

  constructor(config: Config, args: ServiceRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("srs:compute:ServiceRole", args.role, {}, opts);
    const { settings, security } = config;
    const role = new aws.iam.Role(
      args.role,
      {
        name: settings.roleName(args.role),
        assumeRolePolicy: JSON.stringify(trustOf(config, args.service)),
        permissionsBoundary: security.permissionBoundaryArn,
        maxSessionDuration: 3600,
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    const grants: pulumi.Resource[] = (args.managedPolicies ?? []).map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${args.role}-${policy}`,
          { role: role.name, policyArn: `arn:aws:iam::aws:policy/service-role/${policy}` },
          { parent: this },
        ),
    );
    if (args.statements) {
      const policy = pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: args.statements.map((statement) => ({ Effect: "Allow", ...statement })),
      });
      grants.push(new aws.iam.RolePolicy(args.role, { role: role.name, name: args.role, policy }, { parent: this }));
    }
    this.grants = grants;
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Only on behalf of this account: another account's task or function cannot make the service take the role. */
function trustOf({ settings }: Config, service: ServiceRoleArgs["service"]): object {
  const conditions = {
    "ecs-tasks": {
      StringEquals: { "aws:SourceAccount": settings.accountId },
      ArnLike: { "aws:SourceArn": settings.arn("ecs", "*") },
    },
    lambda: { StringEquals: { "aws:SourceAccount": settings.accountId } },
    // The account setting of API Gateway is checked without a source in the request.
    apigateway: undefined,
  };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: `${service}.amazonaws.com` },
        ...(conditions[service] && { Condition: conditions[service] }),
      },
    ],
  };
}
