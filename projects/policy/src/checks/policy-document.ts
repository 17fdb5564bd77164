/** IAM policy documents as checks read them: JSON text or an object, one statement or many, one action or many. */
export interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
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

/** How a statement is called in a message. */
export function statementName(statement: Statement, index: number): string {
  return statement.Sid ? `Statement ${statement.Sid}` : `Statement ${index + 1}`;
}
