import { join } from "node:path";
import { statementUses } from "../access/statement-uses.ts";
import { openAccount } from "../runtime/account.ts";
import type { StackLayout } from "../runtime/layout.ts";

/** How often each statement of each role let something through; those that never did come first. */
export function access({ home }: StackLayout): string {
  const uses = statementUses(openAccount(join(home, "account.json")), home);
  const lines = uses
    .filter(({ taken }) => taken)
    .flatMap(({ role, statements }) => [
      role,
      ...statements
        .toSorted((a, b) => a.count - b.count)
        .map(({ statement, count }) => `  ${count === 0 ? "never" : String(count).padStart(5)}  ${statement}`),
    ]);
  const idle = uses.filter(({ taken }) => !taken).map(({ role }) => role);
  return [...lines, "", `Nothing took: ${idle.join(", ") || "no other role"}`, ""].join("\n");
}
