import { listOf, possibility, type PolicyDocument } from "@records/iam";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { known } from "../../known.ts";
import { parsePolicy } from "../iam/policy-document.ts";

const ANY_ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/any`;
const EVERYTHING: PolicyDocument = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/**
 * KMS refuses a key policy that leaves its caller unable to change it. Whoever deploys here stands for any role that
 * the policy names, with every permission that IAM can give.
 * @returns KMS's refusal; undefined when somebody can still put another policy, or the policy is not known yet
 */
export function keyPolicyLockOut(policy: unknown): string | undefined {
  const document = known(policy) ? parsePolicy(policy) : undefined;
  if (document === undefined) return undefined;
  const governs = (arn: string) =>
    possibility(
      {
        principal: { kind: "role", arn },
        action: "kms:PutKeyPolicy",
        resource: `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/new`,
        context: {},
      },
      {
        identity: [{ name: "all of IAM", document: EVERYTHING }],
        resource: { name: "key policy", document },
        resourceKind: "kms-key",
      },
    ).possible;
  if ([ANY_ROLE, ...rolesNamedIn(document)].some(governs)) return undefined;
  return (
    "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future. " +
    `Allow kms:PutKeyPolicy to a principal of the account ${ACCOUNT_ID}.`
  );
}

/** As principals, or by pattern in a condition; a pattern's wildcards are filled in. */
function rolesNamedIn({ Statement }: PolicyDocument): readonly string[] {
  const named = Statement.flatMap(({ Principal, Condition }) => [
    ...(typeof Principal === "object" ? listOf(Principal.AWS) : []),
    ...Object.values(Condition ?? {}).flatMap((keys) =>
      Object.entries(keys)
        .filter(([key]) => key.toLowerCase() === "aws:principalarn")
        .flatMap(([, values]) => listOf(values)),
    ),
  ]);
  return named
    .map((arn) => arn.replaceAll("*", "any").replaceAll("?", "x"))
    .filter((arn) => arn.startsWith(`arn:aws:iam::${ACCOUNT_ID}:role/`));
}
