import { listOf } from "@records/iam";
import { parsePolicy } from "./policy-document.ts";

/** Whether a resource policy lets in principals that it does not name: an Allow for "*" without a condition. */
export function allowsEveryone(policy: unknown): boolean {
  return (parsePolicy(policy)?.Statement ?? []).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Allow" && Condition === undefined && (Principal === "*" || listOf(Principal?.AWS).includes("*")),
  );
}
