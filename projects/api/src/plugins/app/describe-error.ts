/** An error without its message: name, code and where it was thrown. PostgreSQL and parsers quote values in theirs. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, constraint, table, routine } = error as Error & Record<string, unknown>;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return {
    name: error.name,
    ...{ code, constraint, table, routine },
    at: frames.slice(0, 6).map((line) => line.trim().replace(/^at /, "")),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
