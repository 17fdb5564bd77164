/** Who may use a key and who may administer it: one row per principal, from the policies that are deployed. */
import type { Possibility } from "@records/iam";
import { mayDo } from "./ask.ts";
import { inWords } from "./condition-words.ts";
import type { AccessModel, GuardedResource } from "./model.ts";
import { ASSUMED, askers, atMost, type Asker, type Standing } from "./principals.ts";

export interface Column {
  readonly title: string;
  /** The cell says yes when any of them is possible. */
  readonly actions: readonly string[];
}

const ENCRYPTING: readonly Column[] = [
  { title: "Encrypt", actions: ["kms:Encrypt"] },
  { title: "Decrypt", actions: ["kms:Decrypt"] },
  {
    title: "DataKey",
    actions: [
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:GenerateDataKeyPair",
      "kms:GenerateDataKeyPairWithoutPlaintext",
    ],
  },
  { title: "ReEncrypt", actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"] },
];
const SIGNING: readonly Column[] = [
  { title: "Sign", actions: ["kms:Sign"] },
  { title: "Verify", actions: ["kms:Verify"] },
  { title: "PublicKey", actions: ["kms:GetPublicKey"] },
];
const GRANTS: Column = { title: "Grant", actions: ["kms:CreateGrant"] };
export const ADMINISTRATION: readonly Column[] = [
  { title: "SetPolicy", actions: ["kms:PutKeyPolicy"] },
  { title: "Disable", actions: ["kms:DisableKey"] },
  { title: "Delete", actions: ["kms:ScheduleKeyDeletion"] },
];

export function useColumns({ keyUsage }: GuardedResource): readonly Column[] {
  return [...(keyUsage === "SIGN_VERIFY" ? SIGNING : ENCRYPTING), GRANTS];
}

export interface Cell {
  /** `unknown`: the policies that are known say no, and one that is not could say yes. */
  readonly answer: "yes" | "if" | "no" | "unknown";
  /** One line per way: conditions in words, statements in brackets. Empty for a no. */
  readonly ways: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly standing: Standing;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly notEvaluated: readonly string[];
}

export function keyTable(model: AccessModel, key: GuardedResource): readonly Row[] {
  const columns = [...useColumns(key), ...ADMINISTRATION];
  return askers(model, key).map((asker) => ({
    name: asker.name,
    standing: asker.standing,
    cells: Object.fromEntries(
      columns.map(({ title, actions }) => [title, cellOf(model, asker, actions, key.arn, key)]),
    ),
    notEvaluated: [...asker.notEvaluated, ...key.notEvaluated],
  }));
}

export function cellOf(
  model: AccessModel,
  asker: Asker,
  actions: readonly string[],
  arn: string,
  resource?: GuardedResource,
): Cell {
  const possible = actions
    .map((action) => mayDo(model, asker, action, arn, resource))
    .filter((answer) => answer.possible);
  if (possible.length === 0) {
    const unknown =
      (resource?.notEvaluated ?? []).length > 0 ||
      (asker.notEvaluated.length > 0 &&
        actions.some((action) => mayDo(model, atMost(asker), action, arn, resource).possible));
    return { answer: unknown ? "unknown" : "no", ways: [] };
  }
  const free = possible.some(({ conditions, deniedWhen }) => conditions.length === 0 && deniedWhen.length === 0);
  return { answer: free ? "yes" : "if", ways: [...new Set(possible.flatMap((answer) => wordsOf(answer, asker)))] };
}

function wordsOf({ ways, deniedWhen }: Possibility, asker: Asker): readonly string[] {
  // The ceiling takes part in everything, the assumed policy in every worst case; what grants is what a reader looks for.
  const others = [ASSUMED, ...(asker.boundary ? [asker.boundary.name] : [])];
  const granting = (by: readonly string[]) =>
    by.filter((name) => !others.some((other) => name.startsWith(`${other}/`)));
  const unless = deniedWhen
    .map((denial) => `; refused when ${denial.split(" and ").map(inWords).join(" and ")}`)
    .join("");
  return ways.map(({ conditions, by }) => {
    const words = conditions.map(inWords).join("; ");
    return `${words || "always"}${unless} [${granting(by).join(" + ") || "by its own policy"}]`;
  });
}
