// The body of a REST API, read once: everything the data plane needs to know about a method, in plain data.
import type { PolicyDocument } from "@records/iam";
import { methodDefinition, type MethodDefinition } from "./method-definition.ts";
import { gatewayResponseDefinitions, type GatewayResponseDefinition } from "./gateway-responses.ts";
import { resourcePolicyOf } from "./resource-policy.ts";

// OpenAPI documents are as deep as their authors like; what is read of them is checked where it is read.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Readonly<Record<string, any>>;

export interface ApiDefinition {
  /** The document itself: body schemas refer into it. */
  readonly document: Json;
  readonly methods: readonly MethodDefinition[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseDefinition>;
  readonly policy: PolicyDocument | undefined;
}

export interface ParsedBody {
  readonly definition: ApiDefinition;
  /** What makes the import fail. */
  readonly errors: readonly string[];
  /** What makes it fail with `failOnWarnings`. */
  readonly warnings: readonly string[];
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"];

/** Notes what is wrong with the part of the body that is being read. */
export interface Findings {
  readonly error: (message: string) => void;
  readonly warning: (message: string) => void;
}

export function parseBody(body: string): ParsedBody {
  const errors: string[] = [];
  const warnings: string[] = [];
  const findings: Findings = { error: (message) => errors.push(message), warning: (message) => warnings.push(message) };
  const document = parseDocument(body, findings);
  const methods: MethodDefinition[] = [];
  for (const [path, item] of Object.entries<Json>(document.paths ?? {})) {
    const sharedParameters: readonly Json[] = item.parameters ?? [];
    for (const method of METHODS) {
      const operation: Json | undefined = item[method];
      if (operation === undefined) continue;
      methods.push(methodDefinition({ document, path, method, operation, sharedParameters }, findings));
    }
  }
  pathFailures(methods.map(({ resourcePath }) => resourcePath)).forEach(findings.error);
  if (errors.length === 0 && methods.length === 0) findings.error("REST API doesn't contain any methods");
  const gatewayResponses = gatewayResponseDefinitions(document, findings);
  const policy = resourcePolicyOf(document, findings);
  return { definition: { document, methods, gatewayResponses, policy }, errors, warnings };
}

function parseDocument(body: string, findings: Findings): Json {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    findings.error(
      "Invalid OpenAPI input. The body is not JSON (API Gateway reads YAML too; the local cloud does not)",
    );
    return {};
  }
  const version = (document as Json | null)?.openapi;
  if (typeof version !== "string" || !version.startsWith("3.0.")) {
    findings.error(
      `Invalid OpenAPI input. Unsupported version "${String(version)}": API Gateway imports OpenAPI 3.0.x`,
    );
    return {};
  }
  return document as Json;
}

const PATH_PART = /^(\{[a-zA-Z0-9._$:-]+\+?\}|[a-zA-Z0-9._:~-]+)$/;

/** What API Gateway refuses about the tree of resources. */
export function pathFailures(paths: readonly string[]): readonly string[] {
  const failures = new Set<string>();
  const variables = new Map<string, string>();
  for (const path of paths) {
    const parts = path
      .split("/")
      .slice(1)
      .filter((part, index, all) => part !== "" || index < all.length - 1);
    parts.forEach((part, index) => {
      if (!PATH_PART.test(part)) {
        failures.add(
          `Resource's path part "${part}" of ${path} only allows letters, digits, . _ ~ : - or one path variable in braces`,
        );
      }
      if (part.endsWith("+}") && index < parts.length - 1)
        failures.add(`Greedy path variable "${part}" of ${path} has to be the last part`);
      if (!part.startsWith("{") || part.endsWith("+}")) return;
      const parent = `/${parts.slice(0, index).join("/")}`;
      const sibling = variables.get(parent) ?? part;
      variables.set(parent, sibling);
      if (sibling !== part) {
        failures.add(
          `A sibling (${sibling}) of ${part} at ${parent} already has a variable path part -- only one is allowed`,
        );
      }
    });
  }
  return [...failures];
}
