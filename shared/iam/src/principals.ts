/** Whom the Principal of a resource's policy names, and how far that goes. */
import { listOf, type PrincipalElement, type Statement } from "./policy-document.ts";
import { accountOf, type Principal } from "./request.ts";

/**
 * How a resource's policy lets a principal in.
 * - everyone: `"*"`. Access is the policy's own, and a permission boundary does not limit it.
 * - itself: the principal by name. A role named by its ARN stays within its permission boundary.
 * - account: the account it belongs to, which hands the decision to the identity policies.
 * @see IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access"
 */
export type Naming = "everyone" | "itself" | "account";

export function namingOf(statement: Statement, principal: Principal): Naming | undefined {
  const { Principal: named, NotPrincipal: excepted } = statement;
  if (excepted === undefined) return named === undefined ? undefined : naming(named, principal);
  // In an Allow it would admit everybody else, anonymous callers included; AWS's services refuse it there.
  if (statement.Effect === "Allow") return undefined;
  return isExcepted(excepted, principal) ? undefined : "everyone";
}

function naming(element: PrincipalElement, principal: Principal): Naming | undefined {
  if (element === "*") return "everyone";
  const names = namesOf(element, "AWS");
  if (names.includes("*")) return "everyone";
  switch (principal.kind) {
    case "role": {
      if (names.includes(principal.arn)) return "itself";
      return names.some((name) => isAccountOf(name, principal.arn)) ? "account" : undefined;
    }
    case "service":
      return namesOf(element, "Service").includes(principal.service) ? "itself" : undefined;
    case "federated":
      return namesOf(element, "Federated").includes(principal.provider) ? "itself" : undefined;
  }
}

/** A role escapes only when both itself and its account are named. */
function isExcepted(element: PrincipalElement, principal: Principal): boolean {
  if (element === "*" || principal.kind !== "role") return naming(element, principal) !== undefined;
  const names = namesOf(element, "AWS");
  return names.includes(principal.arn) && names.some((name) => isAccountOf(name, principal.arn));
}

function namesOf(element: Exclude<PrincipalElement, "*">, kind: string): readonly string[] {
  return listOf(element[kind]);
}

function isAccountOf(name: string, roleArn: string): boolean {
  const account = accountOf(roleArn);
  return (
    account !== undefined && (name === account || /^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(name)?.[1] === account)
  );
}
