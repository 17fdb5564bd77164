/** Which statements of which roles were of use so far: what nothing uses is a candidate for removal. */
import { join } from "node:path";
import { statementName } from "@records/iam";
import type { Account } from "../cloud.ts";
import { readJson } from "../runtime/durable-json.ts";
import { policiesOfRole } from "../services/iam/role-policies.ts";
import { EXERCISED_FILE, type Exercised } from "./journal.ts";

export interface StatementUse {
  /** `inline policy api-task/ReadSecrets`. */
  readonly statement: string;
  readonly count: number;
}

export interface RoleUse {
  readonly role: string;
  /** Nothing on this machine took the role: a pipeline's, a person's, a service's that is only recorded. */
  readonly taken: boolean;
  readonly statements: readonly StatementUse[];
}

/** Allowances alone: a denial is of use while nobody meets it. */
export function statementUses(account: Account, home: string): readonly RoleUse[] {
  const exercised = readJson<Exercised>(join(home, EXERCISED_FILE)) ?? {};
  return account.ofType("aws:iam/role:Role").map((role) => {
    const counts = exercised[role.id];
    const statements = policiesOfRole({ account }, role).identity.flatMap(({ name, document }) =>
      document.Statement.flatMap((statement, index) => {
        const full = `${name}/${statementName(statement, index)}`;
        return statement.Effect === "Allow" ? [{ statement: full, count: counts?.[full] ?? 0 }] : [];
      }),
    );
    return { role: role.id, taken: counts !== undefined, statements };
  });
}
