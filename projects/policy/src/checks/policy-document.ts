/** IAM policy documents as checks read them: JSON text or an object, one statement or many, one action or many. */
export interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Sid?: string;
}

export function statementsOf(document: unknown): readonly Statement[] {
  if (document === undefined || document === null || document === "") return [];
  const parsed = (typeof document === "string" ? JSON.parse(document) : document) as {
    Statement?: Statement | Statement[];
  };
  return [parsed.Statement ?? []].flat();
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

/** Members of one kind of a statement's principal: `AWS`, `Service`, `Federated`. */
export function principalsOf({ Principal }: Statement, kind: "AWS" | "Service" | "Federated"): readonly string[] {
  if (typeof Principal === "string") return kind === "AWS" ? [Principal] : [];
  return listOf((Principal as Record<string, string | string[]> | undefined)?.[kind]);
}

/** Values that a condition demands for a key, by operator. Keys of conditions are the same in either case. */
export function conditionValues(
  { Condition = {} }: Statement,
  key: string,
): readonly { readonly operator: string; readonly values: readonly string[] }[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys)
      .filter(([each]) => each.toLowerCase() === key.toLowerCase())
      .map(([, values]) => ({ operator, values: [values].flat().map(String) })),
  );
}

/** How a statement is called in a message. */
export function statementName(statement: Statement, index: number): string {
  return statement.Sid ? `Statement ${statement.Sid}` : `Statement ${index + 1}`;
}
