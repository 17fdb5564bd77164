/** Who may call which method, by the policy in the API's body (`x-amazon-apigateway-policy`). */
import { evaluate, parsePolicy, type PolicyDocument } from "@records/iam";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import type { Findings, Json } from "./definition.ts";
import { GatewayRefusal } from "./gateway-responses.ts";

/** API Gateway writes its own ARN for the short form when it imports a body. */
const SHORT = "execute-api:/";
/** Callers have no AWS identity of their own: only `*` names them. */
const CALLER = { kind: "federated", provider: "anonymous" } as const;
/** Holds the place of an API that has no id yet. */
const ANY_API = "0000000000";

/** @returns the policy as text, with resources of the API `ANY_API`; undefined when the body has none */
export function resourcePolicyOf(document: Json, findings: Findings): PolicyDocument | undefined {
  const declared: unknown = document["x-amazon-apigateway-policy"];
  if (declared === undefined) return undefined;
  const text = JSON.stringify(declared).replaceAll(`"${SHORT}`, `"${apiArn(ANY_API)}/`);
  const faults = policyFailures("body", text, { kind: "resource", service: "execute-api" });
  for (const { reason } of faults) findings.error(`Invalid policy document. ${reason}`);
  return faults.length === 0 ? parsePolicy(text) : undefined;
}

const apiArn = (apiId: string): string => `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${apiId}`;

export interface PolicyQuestion {
  readonly stageName: string;
  readonly httpMethod: string;
  /** Below the stage, as it was called. */
  readonly path: string;
  readonly sourceIp: string;
}

/** With a Cognito authorizer the policy is looked at after the token: a refusal of either is one. */
export function requireInvocation(policy: PolicyDocument | undefined, question: PolicyQuestion): void {
  if (policy === undefined) return;
  const { stageName, httpMethod, path, sourceIp } = question;
  const decision = evaluate(
    {
      principal: CALLER,
      action: "execute-api:Invoke",
      resource: `${apiArn(ANY_API)}/${stageName}/${httpMethod}${path}`,
      context: { "aws:SourceIp": sourceIp.replace(/^::ffff:/, "") },
    },
    { identity: [], resource: { name: "the API's policy", document: policy } },
  );
  // API Gateway names the resource in its default message; a template of the API's own does not repeat it.
  if (!decision.allowed) {
    throw new GatewayRefusal("ACCESS_DENIED", "User: anonymous is not authorized to perform: execute-api:Invoke");
  }
}
