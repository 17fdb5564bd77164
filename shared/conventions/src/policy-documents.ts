/** AWS policy documents as data. Actions are named one by one; who may act is named by pattern (roles.ts says why). */
import * as pulumi from "@pulumi/pulumi";

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: pulumi.Input<
    "*" | { AWS: string | string[] } | { Service: string | string[] } | { Federated: pulumi.Input<string> }
  >;
  Action?: string | string[];
  /** Only in denials: everything but these. */
  NotAction?: string | string[];
  Resource?: pulumi.Input<string | pulumi.Input<string>[]>;
  /** Only in denials: everywhere but here. */
  NotResource?: pulumi.Input<string | pulumi.Input<string>[]>;
  Condition?: pulumi.Input<Record<string, pulumi.Input<Record<string, pulumi.Input<string | pulumi.Input<string>[]>>>>>;
}

/** JSON text of a document. Plain when all its parts are, so that a preview shows it. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: [...statements] });
}

/** The account as principal: who of it is meant stands in a condition on `aws:PrincipalArn`. */
export function accountPrincipal(accountId: string): { AWS: string } {
  return { AWS: `arn:aws:iam::${accountId}:root` };
}

/** Trust policy of a role that an AWS service takes on behalf of this account, and of no other. */
export function trustPolicy(service: string, source: { accountId: string; arnLike?: string }): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "ServiceOfThisAccount",
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": source.accountId },
        ...(source.arnLike ? { ArnLike: { "aws:SourceArn": source.arnLike } } : {}),
      },
    },
  ]);
}

/** Nobody reaches the resource without TLS. */
export function denyInsecureTransport(actions: string | string[], resource?: Statement["Resource"]): Statement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    ...(resource === undefined ? {} : { Resource: resource }),
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Nobody of another account reaches the resource; AWS services that act for us do. */
export function denyOtherAccounts(
  accountId: string,
  actions: string | string[],
  resource: Statement["Resource"],
): Statement {
  return {
    Sid: "DenyOtherAccounts",
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: resource,
    Condition: {
      StringNotEquals: { "aws:PrincipalAccount": accountId },
      Bool: { "aws:PrincipalIsAWSService": "false" },
    },
  };
}
