/**
 * Who takes a secret's value, and from where. It denies and allows nothing: what a role may do is in the role. Calls
 * that read no value, a pipeline's among them, are not its concern, so it shuts nobody out of the secret's settings.
 */
import type * as pulumi from "@pulumi/pulumi";
import { ACCOUNT_ROLES, policyDocument, roleArn, type Role, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";

export interface Readers {
  readonly roles: readonly Role[];
  /** People's roles, which live outside the stacks. */
  readonly people?: readonly string[];
}

/** Roles that call from outside the network: the proxy from AWS's side, the canary as a client would. */
const OUTSIDE: readonly Role[] = ["db-proxy", "canary"];

export function secretPolicy(config: Config, { roles, people = [] }: Readers): pulumi.Output<string> {
  const peopleArns = [...people, ACCOUNT_ROLES.breakGlass].map((name) => roleArn(config.accountId, name));
  const readers = [...roles, "rotation" as const].map((role) => config.roleArn(role));
  const outside = roles.filter((role) => OUTSIDE.includes(role)).map((role) => config.roleArn(role));
  const readersOnly: Statement = {
    Sid: "ReadersOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": [...readers, ...peopleArns] } },
  };
  // Only where the network has a way of its own to Secrets Manager.
  return config.network.endpointIds.apply(({ secretsmanager }) =>
    policyDocument(
      secretsmanager ? [readersOnly, insideOnly(secretsmanager, [...outside, ...peopleArns])] : [readersOnly],
    ),
  );
}

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
