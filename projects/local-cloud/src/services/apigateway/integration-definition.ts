import type { Findings, Json } from "./definition.ts";
import type { ParameterDefinition } from "./method-definition.ts";
import { parseValueSource, type ValueSource } from "./value-source.ts";

/** Proxy over a VPC link to a load balancer: the only integration the local cloud serves. */
export interface IntegrationDefinition {
  readonly httpMethod: string;
  /** Host header, server name of the TLS connection and path; the load balancer's ARN decides where it goes. */
  readonly uri: string;
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  readonly timeoutMs: number;
  readonly pathValues: ReadonlyMap<string, ValueSource>;
  readonly queryValues: ReadonlyMap<string, ValueSource>;
  readonly headerValues: ReadonlyMap<string, ValueSource>;
}

const TIMEOUT_MS_MIN = 50;
const TIMEOUT_MS_MAX = 29_000;

interface Place {
  readonly here: string;
  readonly parameters: readonly ParameterDefinition[];
}

export function integrationDefinition(
  declared: Json | undefined,
  place: Place,
  findings: Findings,
): IntegrationDefinition {
  if (declared === undefined) findings.error(`No integration defined for method ${place.here}`);
  const refuse = (reason: string) => findings.error(`Unable to put integration on ${place.here}: ${reason}`);
  const integration = declared ?? {};
  if (declared !== undefined) supportFailures(integration).forEach(refuse);

  const values = {
    path: new Map<string, ValueSource>(),
    querystring: new Map<string, ValueSource>(),
    header: new Map<string, ValueSource>(),
  };
  for (const [target, expression] of Object.entries<string>(integration.requestParameters ?? {})) {
    const [, kind, name] = /^integration\.request\.(path|querystring|header)\.(.+)$/.exec(target) ?? [];
    const source = parseValueSource(expression);
    if (kind === undefined || name === undefined || source === undefined) {
      refuse(`Invalid mapping expression specified: ${target} = ${expression}`);
      continue;
    }
    if (!isDeclared(source, place.parameters)) {
      refuse(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${expression}]`,
      );
    }
    values[kind as keyof typeof values].set(name, source);
  }
  const uri = String(integration.uri ?? "");
  for (const [, name] of uri.matchAll(/\{([^}]+)\}/g)) {
    if (name !== undefined && !values.path.has(name)) {
      refuse(`the uri names {${name}}, which nothing fills: add integration.request.path.${name} to requestParameters`);
    }
  }
  return {
    httpMethod: String(integration.httpMethod ?? ""),
    uri,
    vpcLinkId: String(integration.connectionId ?? ""),
    loadBalancerArn: String(integration.integrationTarget ?? ""),
    timeoutMs: Number(integration.timeoutInMillis ?? TIMEOUT_MS_MAX),
    pathValues: values.path,
    queryValues: values.querystring,
    headerValues: values.header,
  };
}

/** What API Gateway refuses, and what the local cloud does not do. */
function supportFailures(integration: Json): readonly string[] {
  const failures: string[] = [];
  if (String(integration.type).toLowerCase() !== "http_proxy") {
    failures.push(`integration type "${integration.type}" is not served by the local cloud, which serves http_proxy`);
  }
  if (integration.connectionType !== "VPC_LINK") {
    failures.push(
      `connection type "${integration.connectionType ?? "INTERNET"}" is not served by the local cloud, which serves VPC_LINK`,
    );
  } else if (!integration.connectionId) {
    failures.push("ConnectionId is required for VPC_LINK");
  } else if (!integration.integrationTarget) {
    failures.push("IntegrationTarget is required for VpcLinkV2");
  }
  if (!integration.httpMethod) failures.push("Enumeration value for HttpMethod must be non-empty");
  if (!/^https:\/\/[^/]+(\/|$)/.test(String(integration.uri))) {
    failures.push(
      `Invalid HTTP endpoint specified for URI: "${integration.uri}" (private integrations of the local cloud use https)`,
    );
  }
  const timeoutMs: unknown = integration.timeoutInMillis;
  if (
    timeoutMs !== undefined &&
    (typeof timeoutMs !== "number" || timeoutMs < TIMEOUT_MS_MIN || timeoutMs > TIMEOUT_MS_MAX)
  ) {
    failures.push(`Timeout should be between ${TIMEOUT_MS_MIN} ms and ${TIMEOUT_MS_MAX} ms`);
  }
  const unserved = [
    "requestTemplates",
    "responses",
    "cacheKeyParameters",
    "contentHandling",
    "responseTransferMode",
    "credentials",
  ];
  for (const name of unserved.filter((property) => hasContent(integration[property]))) {
    failures.push(`"${name}" is not served by the local cloud; a proxy integration works without it`);
  }
  if (integration.tlsConfig?.insecureSkipVerification === true) {
    failures.push("insecureSkipVerification is not served by the local cloud, which verifies every certificate");
  }
  return failures;
}

function hasContent(value: unknown): boolean {
  if (value === undefined || value === null || value === "BUFFERED") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function isDeclared(source: ValueSource, parameters: readonly ParameterDefinition[]): boolean {
  if (source.kind !== "parameter") return true;
  return parameters.some(({ name, in: place }) => place === source.place && name === source.name);
}
