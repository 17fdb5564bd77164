/** What IAM and the services with resource policies refuse in a policy document, before anything is created. */
import { grammarFaults, parsePolicy, POLICY_LENGTH_MAX, PolicySyntaxError, type PolicyKind } from "@records/iam";
import { known } from "../../known.ts";
import type { CheckFailure } from "../../resource-type.ts";

export const INLINE_POLICY_LENGTH_MAX = POLICY_LENGTH_MAX.inline;

export interface PolicyCheckOptions {
  readonly kind: Exclude<PolicyKind, "boundary">;
  readonly lengthMax?: number;
  /** Prefix of the service whose actions alone a resource's policy may name, for instance `s3`. */
  readonly service?: string;
}

/**
 * IAM takes a misspelt action or condition key in silence, and the policy then does nothing; here it is refused like
 * the rest, and the reason says so.
 * @returns failures for the property, in AWS's words; nothing when the policy is not known yet
 */
export function policyFailures(
  property: string,
  policy: unknown,
  { kind, ...options }: PolicyCheckOptions,
): readonly CheckFailure[] {
  if (!known(policy)) return [];
  return faultsOf(policy, kind, options).map((fault) => {
    const code = fault.startsWith("Cannot exceed quota") ? "LimitExceeded" : "MalformedPolicyDocument";
    return { property, reason: `${code}: ${fault}` };
  });
}

function faultsOf(policy: unknown, kind: PolicyKind, options: Omit<PolicyCheckOptions, "kind">): readonly string[] {
  try {
    return grammarFaults(parsePolicy(policy), kind, options);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return [error.message];
    throw error;
  }
}
