import { listOf, type PrincipalElement, type Statement } from "../policy-document.ts";
import { refused, type Fault } from "./fault.ts";

/** What each kind of principal must look like. A wildcard is taken alone, never within an ARN. */
const FORMS: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|A[A-Z0-9]{15,}|arn:aws[a-z-]*:iam::\d{12}:(root|(user|role)\/[^*?]+)|arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/[^*?]+)$/,
  Service: /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/,
  Federated: /^(arn:aws[a-z-]*:iam::\d{12}:(oidc|saml)-provider\/\S+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

export function principalFaults(statement: Statement, kind: "identity" | "trust" | "resource"): readonly Fault[] {
  const given = [statement.Principal, statement.NotPrincipal].filter((value) => value !== undefined);
  if (kind === "identity")
    return given.length > 0 ? [refused("a policy attached to an identity has no Principal.")] : [];
  if (given.length !== 1) return [refused("exactly one of Principal and NotPrincipal is needed.")];
  if (statement.NotPrincipal !== undefined && statement.Effect === "Allow") {
    return [
      refused("NotPrincipal in an Allow admits everybody else, anonymous callers too; name the principals instead."),
    ];
  }
  return given.flatMap(elementFaults);
}

function elementFaults(element: PrincipalElement): readonly Fault[] {
  if (element === "*") return [];
  return Object.entries(element).flatMap(([type, names]) => {
    const form = FORMS[type];
    if (form === undefined) return [refused(`"${type}" is no kind of principal.`)];
    return listOf(names)
      .filter((name) => !form.test(name))
      .map((name) => refused(`Invalid principal in policy: "${type}":"${name}".`));
  });
}
