import { listOf, type Statement } from "@records/iam";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { parsePolicy } from "./policy-document.ts";

/**
 * Roles and users of the account that a policy names as principals although there are none. AWS looks them up when the
 * policy is put, because it keeps their unique ids in place of the ARNs.
 */
export function missingPrincipals(cloud: Cloud, policy: unknown): readonly string[] {
  const own = new RegExp(`^arn:aws:iam::${ACCOUNT_ID}:(role|user)/`);
  return (parsePolicy(policy)?.Statement ?? [])
    .flatMap(principalsOf)
    .filter((name) => own.test(name) && cloud.account.byArn(name) === undefined);
}

function principalsOf({ Principal, NotPrincipal }: Statement): readonly string[] {
  return [Principal, NotPrincipal].flatMap((element) => (typeof element === "object" ? listOf(element.AWS) : []));
}
