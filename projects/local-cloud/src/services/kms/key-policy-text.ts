/**
 * moto weighs the Deny statements of a key policy without their conditions, so that a key which asks for TLS could not
 * even be described. It does so only where `Resource` is the text "*"; the same written as a list it leaves alone.
 */
import { documentNow } from "../../sdk.ts";
import { parsePolicy } from "../iam/policy-document.ts";

/** The policy as it is handed to moto: the same statements, each `Resource` a list. */
export function keptPolicy(policy: unknown): string | undefined {
  const document = parsePolicy(policy);
  return document === undefined ? undefined : JSON.stringify(withResourceLists(document));
}

/** The policy as the program wrote it, when it still says the same. */
export function policyNow(recorded: unknown, current: string | undefined): unknown {
  const now = documentNow(keptPolicy(recorded), keptPolicy(current));
  return now === keptPolicy(recorded) ? recorded : current;
}

function withResourceLists(document: NonNullable<ReturnType<typeof parsePolicy>>) {
  const Statement = document.Statement.map((statement) =>
    typeof statement.Resource === "string" ? { ...statement, Resource: [statement.Resource] } : statement,
  );
  return { ...document, Statement };
}
