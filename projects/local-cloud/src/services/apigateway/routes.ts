import type { MethodDefinition } from "./method-definition.ts";

export interface RouteMatch {
  readonly method: MethodDefinition;
  /** Values as they stand in the request's path, still percent-encoded. */
  readonly pathParameters: ReadonlyMap<string, string>;
}

interface Node {
  readonly literals: Map<string, Node>;
  readonly methods: Map<string, MethodDefinition>;
  variable?: { readonly name: string; readonly node: Node };
  greedy?: { readonly name: string; readonly node: Node };
}

const newNode = (): Node => ({ literals: new Map(), methods: new Map() });
const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "");

/** Finds the method of a request. A literal part wins over a variable one, and both over a greedy one. */
export class Routes {
  readonly #root = newNode();

  constructor(methods: readonly MethodDefinition[]) {
    for (const method of methods) {
      partsOf(method.resourcePath).reduce(child, this.#root).methods.set(method.httpMethod, method);
    }
  }

  find(httpMethod: string, path: string): RouteMatch | undefined {
    return search(this.#root, partsOf(path), httpMethod, []);
  }
}

function child(node: Node, part: string): Node {
  const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(part) ?? [];
  if (name === undefined) {
    const next = node.literals.get(part) ?? newNode();
    node.literals.set(part, next);
    return next;
  }
  if (greedy === "+") return (node.greedy ??= { name, node: newNode() }).node;
  return (node.variable ??= { name, node: newNode() }).node;
}

type Values = readonly (readonly [string, string])[];

function search(node: Node, parts: readonly string[], httpMethod: string, values: Values): RouteMatch | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return found(node, httpMethod, values);
  const literal = node.literals.get(part);
  const { variable, greedy } = node;
  return (
    (literal && search(literal, rest, httpMethod, values)) ??
    (variable && search(variable.node, rest, httpMethod, [...values, [variable.name, part]])) ??
    (greedy && found(greedy.node, httpMethod, [...values, [greedy.name, parts.join("/")]]))
  );
}

function found(node: Node, httpMethod: string, values: Values): RouteMatch | undefined {
  const method = node.methods.get(httpMethod) ?? node.methods.get("ANY");
  return method && { method, pathParameters: new Map(values) };
}
