/** Where a mapped value comes from, as API Gateway writes it: `'text'`, `context.requestId`, `method.request.path.id`. */
export type ValueSource =
  | { readonly kind: "static"; readonly value: string }
  | { readonly kind: "context"; readonly variable: string }
  | { readonly kind: "parameter"; readonly place: "path" | "query" | "header"; readonly name: string };

/** What values are read from while a request is served. */
export interface ValueScope {
  readonly context: (variable: string) => string | undefined;
  readonly parameter: (place: "path" | "query" | "header", name: string) => string | undefined;
}

/** @returns undefined when the expression is none that API Gateway knows */
export function parseValueSource(expression: string): ValueSource | undefined {
  const [, text] = /^'(.*)'$/s.exec(expression) ?? [];
  if (text !== undefined) return { kind: "static", value: text };
  const [, variable] = /^context\.([\w.]+)$/.exec(expression) ?? [];
  if (variable !== undefined) return { kind: "context", variable };
  const [, place, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(expression) ?? [];
  if (place === undefined || name === undefined) return undefined;
  return { kind: "parameter", place: place === "querystring" ? "query" : (place as "path" | "header"), name };
}

export function valueOf(source: ValueSource, scope: ValueScope): string | undefined {
  if (source.kind === "static") return source.value;
  return source.kind === "context" ? scope.context(source.variable) : scope.parameter(source.place, source.name);
}
