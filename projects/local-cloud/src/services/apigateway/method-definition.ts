import type { Findings, Json } from "./definition.ts";
import { integrationDefinition, type IntegrationDefinition } from "./integration-definition.ts";

export interface AuthorizerDefinition {
  readonly userPoolArns: readonly string[];
  /** Lower-case name of the header that carries the token. */
  readonly header: string;
  /** One of them is enough. Empty: the token has to be an identity token. */
  readonly scopes: readonly string[];
}

export interface ParameterDefinition {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
}

export interface MethodDefinition {
  /** `GET`, or `ANY`. */
  readonly httpMethod: string;
  /** Template, for instance `/students/{studentId}`. */
  readonly resourcePath: string;
  readonly apiKeyRequired: boolean;
  readonly authorizer?: AuthorizerDefinition;
  readonly validates: { readonly body: boolean; readonly parameters: boolean };
  readonly parameters: readonly ParameterDefinition[];
  /** JSON pointers to the schemas of the request body, by media type. */
  readonly bodySchemas: ReadonlyMap<string, string>;
  readonly integration: IntegrationDefinition;
}

export interface OperationSource {
  readonly document: Json;
  readonly path: string;
  /** As the document spells it. */
  readonly method: string;
  readonly operation: Json;
  readonly sharedParameters: readonly Json[];
}

export function methodDefinition(source: OperationSource, findings: Findings): MethodDefinition {
  const { path, operation } = source;
  const httpMethod = source.method.startsWith("x-") ? "ANY" : source.method.toUpperCase();
  const here = `'${httpMethod}' for resource at path '${path}'`;
  const parameters = parameterDefinitions(source, here, findings);
  return {
    httpMethod,
    resourcePath: path,
    ...securityOf(source, here, findings),
    validates: validatorOf(source, here, findings),
    parameters,
    bodySchemas: bodySchemas(source),
    integration: integrationDefinition(operation["x-amazon-apigateway-integration"], { here, parameters }, findings),
  };
}

/** Parameters of the path item, overridden by the operation's own of the same name and place. */
function parameterDefinitions(
  source: OperationSource,
  here: string,
  findings: Findings,
): readonly ParameterDefinition[] {
  const merged = new Map<string, ParameterDefinition>();
  for (const declared of [...source.sharedParameters, ...((source.operation.parameters ?? []) as readonly Json[])]) {
    const parameter = resolved(source.document, declared);
    if (!["path", "query", "header"].includes(parameter.in)) {
      findings.warning(`Parameter "${parameter.name}" of ${here} is in "${parameter.in}", which API Gateway ignores`);
      continue;
    }
    merged.set(`${parameter.in}:${parameter.name}`, {
      name: parameter.name,
      in: parameter.in,
      required: parameter.required === true,
    });
  }
  const variables = [...source.path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => name);
  for (const { name } of [...merged.values()].filter((parameter) => parameter.in === "path")) {
    if (!variables.includes(name)) findings.warning(`Parameter "${name}" of ${here} is not in the path`);
  }
  return [...merged.values()];
}

function resolved(document: Json, value: Json): Json {
  const reference: unknown = value.$ref;
  if (typeof reference !== "string") return value;
  const parts = reference.replace(/^#\//, "").split("/");
  const target = parts.reduce<Json | undefined>(
    (node, part) => node?.[part.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
  return target ?? {};
}

function securityOf(
  source: OperationSource,
  here: string,
  findings: Findings,
): Pick<MethodDefinition, "apiKeyRequired" | "authorizer"> {
  const alternatives: readonly Json[] = source.operation.security ?? source.document.security ?? [];
  if (alternatives.length > 1) {
    findings.error(
      `Security of ${here} lists ${alternatives.length} alternatives; API Gateway takes one authorizer, with or without an API key`,
    );
  }
  let apiKeyRequired = false;
  let authorizer: AuthorizerDefinition | undefined;
  for (const [name, scopes] of Object.entries<readonly string[]>(alternatives[0] ?? {})) {
    const scheme: Json | undefined = source.document.components?.securitySchemes?.[name];
    if (scheme?.type !== "apiKey" || scheme.in !== "header") {
      findings.error(
        `Security scheme "${name}" of ${here} is not one of type apiKey in a header, the only kind the local cloud reads`,
      );
    } else if (
      scheme["x-amazon-apigateway-authtype"] === undefined &&
      String(scheme.name).toLowerCase() === "x-api-key"
    ) {
      apiKeyRequired = true;
    } else {
      authorizer = authorizerOf(name, scheme, scopes, here, findings);
    }
  }
  return { apiKeyRequired, ...(authorizer && { authorizer }) };
}

function authorizerOf(
  name: string,
  scheme: Json,
  scopes: readonly string[],
  here: string,
  findings: Findings,
): AuthorizerDefinition {
  const authorizer: Json = scheme["x-amazon-apigateway-authorizer"] ?? {};
  const userPoolArns: readonly string[] = authorizer.providerARNs ?? [];
  if (scheme["x-amazon-apigateway-authtype"] !== "cognito_user_pools" || authorizer.type !== "cognito_user_pools") {
    findings.error(
      `Authorizer "${name}" of ${here} is not of type cognito_user_pools; the local cloud has no other kind`,
    );
  } else if (userPoolArns.length === 0) {
    findings.error(
      `Authorizer "${name}" of ${here}: At least one provider ARN must be specified for the COGNITO_USER_POOLS authorizer`,
    );
  }
  return { userPoolArns, header: String(scheme.name).toLowerCase(), scopes };
}

function validatorOf(source: OperationSource, here: string, findings: Findings): MethodDefinition["validates"] {
  const name =
    source.operation["x-amazon-apigateway-request-validator"] ??
    source.document["x-amazon-apigateway-request-validator"];
  if (name === undefined) return { body: false, parameters: false };
  const validator: Json | undefined = source.document["x-amazon-apigateway-request-validators"]?.[name];
  if (validator === undefined)
    findings.error(`Validator "${name}" of ${here} is not in x-amazon-apigateway-request-validators`);
  return { body: validator?.validateRequestBody === true, parameters: validator?.validateRequestParameters === true };
}

function bodySchemas(source: OperationSource): ReadonlyMap<string, string> {
  const body = source.operation.requestBody as Json | undefined;
  const base =
    typeof body?.$ref === "string"
      ? body.$ref
      : `#/paths/${pointerPart(source.path)}/${pointerPart(source.method)}/requestBody`;
  const content = Object.entries<Json>(resolved(source.document, body ?? {}).content ?? {});
  return new Map(
    content
      .filter(([, media]) => media.schema !== undefined)
      .map(([mediaType]) => [mediaType.toLowerCase(), `${base}/content/${pointerPart(mediaType)}/schema`]),
  );
}

/** A name inside a JSON pointer that is itself inside a URI fragment. */
function pointerPart(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
