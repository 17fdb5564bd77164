/** How a pipeline makes roles: its own layer's by name, never without the ceiling, and handed to their services only. */
import { PLANNED_ROLES, ROLES, type Layer, type Statement } from "@records/conventions";
import { allow, of, type CiScope } from "./scope.ts";

export interface RoleGrants {
  /** Names of roles without `srs-<suffix>-`. */
  readonly roles: readonly string[];
  /** Policies that these roles may be given, besides inline ones. */
  readonly attachable: readonly string[];
  /** Which service takes which of the roles. */
  readonly passed: Readonly<Record<string, readonly string[]>>;
  /** Services whose own role the first deployment in an account makes. */
  readonly serviceLinked: readonly string[];
}

/** AWS managed policies by the path that they have. */
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** Roles that a layer's stack makes, today and as planned; all consumers by one pattern, for the policy's length. */
export const rolesOf = (layer: Layer): string[] => {
  const planned: Partial<Record<Layer, readonly string[]>> = PLANNED_ROLES;
  const all = [...ROLES[layer], ...(planned[layer] ?? [])];
  return [...new Set(all.map((role) => role.replace(/^consumer-.*/, "consumer-*")))];
};

export const ROLE_GRANTS = {
  network: {
    roles: rolesOf("network"),
    attachable: [],
    passed: { "vpc-flow-logs.amazonaws.com": ["flow-logs"] },
    serviceLinked: ["route53resolver.amazonaws.com"],
  },
  data: {
    roles: rolesOf("data"),
    attachable: [
      managed("service-role/AmazonRDSEnhancedMonitoringRole"),
      managed("service-role/AWSLambdaVPCAccessExecutionRole"),
      managed("service-role/AWSBackupServiceRolePolicyForBackup"),
      managed("service-role/AWSBackupServiceRolePolicyForRestores"),
      managed("AWSBackupServiceRolePolicyForS3Backup"),
      managed("AWSBackupServiceRolePolicyForS3Restore"),
    ],
    passed: {
      "monitoring.rds.amazonaws.com": ["rds-monitoring"],
      "rds.amazonaws.com": ["db-proxy", "rds-monitoring"],
      "lambda.amazonaws.com": ["rotation"],
      "backup.amazonaws.com": ["backup"],
    },
    serviceLinked: [
      "rds.amazonaws.com",
      "elasticache.amazonaws.com",
      "elasticfilesystem.amazonaws.com",
      "backup.amazonaws.com",
    ],
  },
  compute: {
    roles: rolesOf("compute"),
    attachable: [
      managed("service-role/AWSLambdaVPCAccessExecutionRole"),
      managed("service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ],
    passed: {
      "ecs-tasks.amazonaws.com": ["api-execution", "api-task", "relay-task"],
      "lambda.amazonaws.com": ["consumer-*", "migration", "audit-exporter", "canary"],
      "synthetics.amazonaws.com": ["canary"],
      "apigateway.amazonaws.com": ["api-gateway-logs"],
    },
    serviceLinked: [
      "ecs.amazonaws.com",
      "elasticloadbalancing.amazonaws.com",
      "ops.apigateway.amazonaws.com",
      "ecs.application-autoscaling.amazonaws.com",
      "wafv2.amazonaws.com",
    ],
  },
} as const satisfies Record<Exclude<Layer, "security">, RoleGrants>;

/** What changes who a role is or what it may do. IAM knows the role's ceiling when it decides about these. */
export const SHAPING = of(
  "iam",
  "CreateRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy UpdateAssumeRolePolicy",
);
export const UPKEEP = of("iam", "DeleteRole TagRole UntagRole UpdateRole UpdateRoleDescription");

export const ceiling = ({ boundaryArn }: CiScope) => ({ StringEquals: { "iam:PermissionsBoundary": boundaryArn } });

export const roleArns = ({ accountId, suffixes }: CiScope, roles: readonly string[]): string[] =>
  suffixes.flatMap((suffix) => roles.map((role) => `arn:aws:iam::${accountId}:role/srs-${suffix}-${role}`));

export function roleStatements(scope: CiScope, grants: RoleGrants): Statement[] {
  const own = roleArns(scope, grants.roles);
  return [
    allow("ShapeRolesUnderTheCeiling", SHAPING, own, ceiling(scope)),
    allow("KeepRoles", UPKEEP, own),
    ...(grants.attachable.length === 0
      ? []
      : [
          allow("AttachKnownPolicies", of("iam", "AttachRolePolicy DetachRolePolicy"), own, {
            ...ceiling(scope),
            ArnLike: { "iam:PolicyARN": [...grants.attachable] },
          }),
        ]),
    ...passStatements(scope, grants.passed),
    serviceLinkedRoles(scope, grants.serviceLinked),
  ];
}

export function passStatements(scope: CiScope, passed: RoleGrants["passed"]): Statement[] {
  return Object.entries(passed).map(([service, roles]) =>
    allow(
      `PassTo${service.replace(".amazonaws.com", "").replaceAll(/[^a-z0-9]/g, "")}`,
      ["iam:PassRole"],
      roleArns(scope, roles),
      {
        StringEquals: { "iam:PassedToService": service },
      },
    ),
  );
}

export function serviceLinkedRoles({ accountId }: CiScope, services: readonly string[]): Statement {
  return allow(
    "MakeServiceLinkedRoles",
    ["iam:CreateServiceLinkedRole"],
    services.map((service) => `arn:aws:iam::${accountId}:role/aws-service-role/${service}/*`),
    { StringEquals: { "iam:AWSServiceName": [...services] } },
  );
}
