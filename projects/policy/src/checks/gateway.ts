import type { Finding, ResourceRule } from "../rule.ts";
import { wrongSettings, type SettingsByType } from "./settings.ts";

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly security?: readonly Json[];
  readonly "x-amazon-apigateway-request-validator"?: string;
  readonly "x-amazon-apigateway-integration"?: Json;
}

interface Body {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, Json>> };
}

const METHODS = new Set(["get", "head", "put", "post", "delete", "patch", "options", "x-amazon-apigateway-any-method"]);
/** Static files of the console: no record is behind them. */
const OPEN_PATH = /^\/console(\/|$)/;

export const completeMethods: ResourceRule = {
  id: "POL-25",
  name: "gateway-methods-complete",
  pins: "COMP-29, COMP-32",
  holds:
    "Every method of the gateway asks for a scope and a key, validates, and goes to the service by the private link.",
  remedy:
    "Give the operation an authorizer with scopes, the API key, a request validator, and an http_proxy integration with " +
    "connectionType VPC_LINK, connectionId and integrationTarget (shared/components does).",
  level: "mandatory",
  scope: "resource",
  types: ["aws:apigateway/restApi:RestApi"],
  check: ({ props }) => {
    const body = JSON.parse(String(props.body ?? "{}")) as Body;
    const operations = Object.entries(body.paths ?? {})
      .filter(([path]) => !OPEN_PATH.test(path))
      .flatMap(([path, item]) =>
        Object.entries(item)
          .filter(([method]) => METHODS.has(method))
          .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
      );
    return [
      operations.length === 0 && "The body has no method.",
      operations.map(([where, operation]) => faultsOf(where, operation, body)),
    ];
  },
};

function faultsOf(where: string, operation: Operation, { components }: Body): Finding {
  const schemes = components?.securitySchemes ?? {};
  // Alternatives: each of them must ask for both.
  const alternatives = operation.security ?? [];
  const scoped = (alternative: Json) =>
    Object.entries(alternative).some(
      ([name, scopes]) =>
        "x-amazon-apigateway-authorizer" in (schemes[name] ?? {}) && Array.isArray(scopes) && scopes.length > 0,
    );
  const keyed = (alternative: Json) =>
    Object.keys(alternative).some(
      (name) => !("x-amazon-apigateway-authorizer" in (schemes[name] ?? {})) && schemes[name]?.name === "x-api-key",
    );
  const integration = operation["x-amazon-apigateway-integration"] ?? {};
  return [
    (alternatives.length === 0 || !alternatives.every(scoped)) && `${where} asks for no scope.`,
    (alternatives.length === 0 || !alternatives.every(keyed)) && `${where} asks for no API key.`,
    !operation["x-amazon-apigateway-request-validator"] && `${where} has no request validator.`,
    integration.type !== "http_proxy" && `${where}: the integration is ${String(integration.type)}, not http_proxy.`,
    integration.connectionType !== "VPC_LINK" && `${where} does not go by the VPC link.`,
    ...["connectionId", "integrationTarget"].map(
      (part) => !integration[part] && `${where}: the integration has no ${part}.`,
    ),
  ];
}

/** COMP-36: nothing that could name a student. */
const ALLOWED_LOG_FIELDS = new Set(
  [
    ...["requestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "responseLatency"],
    ...["integrationLatency", "responseLength", "identity.apiKeyId", "authorizer.claims.client_id"],
    ...["identity.sourceIp", "tlsVersion", "cipherSuite", "wafResponseCode", "error.responseType", "xrayTraceId"],
  ].map((field) => `$context.${field}`),
);

const STAGE = "aws:apigateway/stage:Stage";
const GATEWAY: SettingsByType = {
  [STAGE]: { exactly: { xrayTracingEnabled: true, cacheClusterEnabled: false }, given: ["accessLogSettings"] },
  "aws:apigateway/methodSettings:MethodSettings": {},
};

export const accessLogFields: ResourceRule = {
  id: "POL-26",
  name: "gateway-logs",
  pins: "COMP-35, COMP-36, COMP-37",
  holds:
    "The gateway's logs hold templates, times and ids of requests: no path, no query, no body; nothing is cached in it.",
  remedy: "Use the fields of COMP-36 only, and dataTraceEnabled: false.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(GATEWAY),
  check: (resource) => [
    wrongSettings(GATEWAY, resource),
    resource.type === STAGE ? () => logFields(resource.props) : methodSettings(resource.props),
  ],
};

function logFields(props: Json): Finding {
  const { format } = (props.accessLogSettings ?? {}) as { format?: string };
  const fields = (format ?? "").match(/\$(context|input|stageVariables)[A-Za-z0-9_.]*/g) ?? [];
  return [
    fields.length === 0 && "The access log has no field.",
    fields.filter((field) => !ALLOWED_LOG_FIELDS.has(field)).map((field) => `The access log holds ${field}.`),
  ];
}

function methodSettings(props: Json): Finding {
  const { settings } = props as { settings?: Json };
  return Object.entries({
    dataTraceEnabled: false,
    cachingEnabled: false,
    metricsEnabled: true,
    loggingLevel: "ERROR",
  }).map(
    ([property, wanted]) =>
      () =>
        settings?.[property] !== wanted && `settings.${property} is not ${String(wanted)}.`,
  );
}
