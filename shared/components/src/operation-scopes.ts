// Which scope each operation asks for, as the service's document says it and as the table of contracts has it.
import type { OpenApi31 } from "./gateway-body.ts";

type Json = Readonly<Record<string, unknown>>;

export const METHODS = ["get", "head", "put", "post", "delete", "patch"] as const;
/** For the load balancer and the metrics collector inside the network, never for callers. */
export const INTERNAL_PATH = /^\/(health|metrics)(\/|$)/;

/** Every scope that some public operation asks for, each once, in alphabetical order. */
export function scopesOf(document: OpenApi31): readonly string[] {
  return [...new Set(operationsOf(document).map(([, scope]) => scope))].toSorted();
}

/** Public operations with the scope that the service asks for, by `<METHOD> <path>`. */
function operationsOf(document: OpenApi31): readonly (readonly [where: string, scope: string])[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    INTERNAL_PATH.test(path)
      ? []
      : METHODS.flatMap((method) => {
          const operation = item[method] as Json | undefined;
          const where = `${method.toUpperCase()} ${path}`;
          return operation === undefined ? [] : [[where, scopeOf(where, operation)] as const];
        }),
  );
}

/** Gateway, service and user pool go by one table; a service that was built from another one is not deployed. */
export function requireScopes(document: OpenApi31, table: Readonly<Record<string, string>>): void {
  const asked = new Map(operationsOf(document));
  for (const [where, scope] of asked) {
    if (table[where] !== scope) {
      throw new Error(
        `${where} asks for scope "${scope}", and the table of operations says ${table[where] ?? "nothing"}. ` +
          "Correct the route or the table, and build projects/api again.",
      );
    }
  }
  const gone = Object.keys(table).find((where) => !asked.has(where));
  if (gone !== undefined) {
    throw new Error(
      `The table of operations has ${gone}, which the service does not offer. Remove it, or build projects/api again.`,
    );
  }
}

function scopeOf(where: string, operation: Json): string {
  const scope = operation["x-scope"];
  if (typeof scope !== "string" || scope === "") {
    throw new Error(`${where} names no x-scope, so the gateway could not authorize it. Give the route a scope.`);
  }
  return scope;
}
