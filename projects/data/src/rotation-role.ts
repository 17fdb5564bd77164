import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { RotationArgs } from "./rotation.ts";

/** What the rotation function may do: the secrets of this stack, the two cache users, nothing else. */
export function createRotationRole(parent: pulumi.Resource, { config, database, secrets }: RotationArgs) {
  const { accountId, region, security } = config;
  const role = new aws.iam.Role(
    "rotation",
    {
      name: config.roleName("rotation"),
      description: "Secret rotation function",
      // Lambda sends no source when it takes a role.
      assumeRolePolicy: policyDocument([
        { Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]),
      permissionsBoundary: security.permissionBoundaryArn,
      tags: tagsFor({ classification: "internal", retention: "none" }),
    },
    { parent },
  );
  const network = new aws.iam.RolePolicyAttachment(
    "rotation-network",
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole" },
    { parent },
  );
  const ours = { StringEquals: { "aws:ResourceTag/EnvironmentSuffix": config.suffix } };
  const ownArn = config.arn("lambda", `function:${config.name("rotation", "lambda")}`);
  const policy = new aws.iam.RolePolicy(
    "rotation",
    {
      role: role.name,
      policy: policyDocument([
        {
          Sid: "KeepSecrets",
          Effect: "Allow",
          Action: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
          ],
          // Not the partners': those change by the partner's procedure.
          Resource: [...Object.values(secrets.arns), ...Object.values(secrets.clients)],
          // If exists: the bootstrap runs before a rotation is set up.
          Condition: { StringEqualsIfExists: { "secretsmanager:resource/AllowRotationLambdaArn": ownArn } },
        },
        {
          Sid: "ReadMaster",
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: database.masterSecretArn,
        },
        { Sid: "MakePasswords", Effect: "Allow", Action: "secretsmanager:GetRandomPassword", Resource: "*" },
        {
          Sid: "OpenAndClose",
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: security.kmsKeyArns.secrets,
          Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
        },
        {
          Sid: "ChangeCacheUsers",
          Effect: "Allow",
          Action: ["elasticache:DescribeUsers", "elasticache:ModifyUser"],
          Resource: (["api", "invalidator"] as const).map(
            (user) => `arn:aws:elasticache:${region}:${accountId}:user:${config.name(user, "elasticache")}`,
          ),
        },
        // The pool and the keys come with a later layer, so they are known by their tag.
        {
          Sid: "ChangeClientSecrets",
          Effect: "Allow",
          Action: [
            "cognito-idp:AddUserPoolClientSecret",
            "cognito-idp:DeleteUserPoolClientSecret",
            "cognito-idp:DescribeUserPoolClient",
            "cognito-idp:ListUserPoolClientSecrets",
          ],
          Resource: config.arn("cognito-idp", "userpool/*"),
          Condition: ours,
        },
        {
          Sid: "AdoptApiKeys",
          Effect: "Allow",
          Action: "apigateway:GET",
          Resource: `arn:aws:apigateway:${region}::/apikeys/*`,
          Condition: ours,
        },
        { Sid: "Trace", Effect: "Allow", Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource: "*" },
      ]),
    },
    { parent },
  );
  return { arn: role.arn, policies: [network, policy] };
}
