import { UNKNOWN, type CheckFailure, type Properties } from "../../resource-type.ts";

/** What ELB refuses before it creates anything, and what this balancer does not do. */

const refuse = (property: string, reason: string): CheckFailure => ({ property, reason });
const known = (value: unknown): boolean => value !== UNKNOWN && value !== undefined;

export function checkName(inputs: Properties): readonly CheckFailure[] {
  const { name } = inputs;
  if (!known(name)) return [];
  if (/^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(name)) return [];
  return [
    refuse(
      "name",
      `ValidationError: the name "${name}" (${name.length} characters) may have at most 32 letters, digits and hyphens, ` +
        `may not begin or end with a hyphen and not begin with "internal-"`,
    ),
  ];
}

export function checkLoadBalancer(
  inputs: Properties,
  zoneOf: (subnetId: string) => string | undefined,
): readonly CheckFailure[] {
  const failures = [...checkName(inputs)];
  if (known(inputs.loadBalancerType) && inputs.loadBalancerType !== "application") {
    failures.push(
      refuse("loadBalancerType", `the local cloud serves application load balancers, not "${inputs.loadBalancerType}"`),
    );
  }
  if (known(inputs.subnetMappings))
    failures.push(refuse("subnetMappings", "the local cloud reads `subnets`; give those"));
  const subnets: unknown = inputs.subnets;
  if (Array.isArray(subnets) && !subnets.includes(UNKNOWN)) {
    const zones = subnets.map((subnet: string) => zoneOf(subnet));
    const unknownZone = zones.includes(undefined);
    if (subnets.length < 2 || (!unknownZone && new Set(zones).size < 2)) {
      failures.push(
        refuse(
          "subnets",
          "ValidationError: At least two subnets in two different Availability Zones must be specified",
        ),
      );
    }
    if (!unknownZone && new Set(zones).size !== zones.length) {
      failures.push(
        refuse(
          "subnets",
          "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        ),
      );
    }
  } else if (subnets === undefined) {
    failures.push(
      refuse("subnets", "ValidationError: At least two subnets in two different Availability Zones must be specified"),
    );
  }
  return failures;
}

export function checkTargetGroup(inputs: Properties): readonly CheckFailure[] {
  const failures = [...checkName(inputs)];
  if (known(inputs.targetType) && inputs.targetType !== "ip") {
    failures.push(
      refuse(
        "targetType",
        `the local cloud registers targets by address (targetType "ip"), not "${inputs.targetType}"`,
      ),
    );
  }
  for (const property of ["protocol", "port", "vpcId"]) {
    if (inputs[property] === undefined)
      failures.push(refuse(property, `ValidationError: '${property}' must be specified`));
  }
  if (known(inputs.protocol) && !["HTTP", "HTTPS"].includes(inputs.protocol)) {
    failures.push(
      refuse("protocol", `ValidationError: '${inputs.protocol}' is not a protocol of an application load balancer`),
    );
  }
  if (known(inputs.protocolVersion) && inputs.protocolVersion !== "HTTP1") {
    failures.push(
      refuse("protocolVersion", `the local balancer speaks HTTP1 to targets, not ${inputs.protocolVersion}`),
    );
  }
  if (inputs.loadBalancingAlgorithmType === "weighted_random" && inputs.slowStart > 0) {
    failures.push(
      refuse(
        "slowStart",
        "InvalidConfigurationRequest: slow start cannot be combined with the weighted random algorithm",
      ),
    );
  }
  if (known(inputs.deregistrationDelay) && !(inputs.deregistrationDelay >= 0 && inputs.deregistrationDelay <= 3600)) {
    failures.push(
      refuse("deregistrationDelay", `ValidationError: ${inputs.deregistrationDelay} s is not between 0 and 3600`),
    );
  }
  return [...failures, ...checkHealthCheck(inputs.healthCheck)];
}

function checkHealthCheck(check: unknown): readonly CheckFailure[] {
  if (check === undefined || check === UNKNOWN) return [];
  const { interval = 30, timeout = 5, healthyThreshold = 3, unhealthyThreshold = 3, path } = check as Properties;
  const out = (value: unknown, low: number, high: number): boolean =>
    typeof value === "number" && (value < low || value > high);
  const failures: CheckFailure[] = [];
  const add = (reason: string): void => void failures.push(refuse("healthCheck", `ValidationError: ${reason}`));
  if (out(interval, 5, 300)) add(`health check interval ${interval} s is not between 5 and 300`);
  if (out(timeout, 2, 120)) add(`health check timeout ${timeout} s is not between 2 and 120`);
  if (typeof interval === "number" && typeof timeout === "number" && timeout >= interval) {
    add(`health check timeout ${timeout} s must be smaller than the interval ${interval} s`);
  }
  for (const threshold of [healthyThreshold, unhealthyThreshold]) {
    if (out(threshold, 2, 10)) add(`health check threshold ${threshold} is not between 2 and 10`);
  }
  if (typeof path === "string" && !path.startsWith("/")) add(`health check path "${path}" must begin with a slash`);
  return failures;
}

export function checkListener(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (inputs.port === undefined) failures.push(refuse("port", "ValidationError: a listener needs a port"));
  if (inputs.protocol === "HTTPS" && inputs.certificateArn === undefined) {
    failures.push(refuse("certificateArn", "ValidationError: A certificate must be specified for HTTPS listeners"));
  }
  if (known(inputs.protocol) && !["HTTP", "HTTPS"].includes(inputs.protocol)) {
    failures.push(
      refuse("protocol", `ValidationError: '${inputs.protocol}' is not a protocol of an application load balancer`),
    );
  }
  if (known(inputs.mutualAuthentication) && inputs.mutualAuthentication.mode !== "off") {
    failures.push(refuse("mutualAuthentication", "the local balancer does not ask clients for certificates"));
  }
  return [...failures, ...checkActions("defaultActions", inputs.defaultActions)];
}

export function checkListenerRule(inputs: Properties): readonly CheckFailure[] {
  const failures = [...checkActions("actions", inputs.actions)];
  const { priority } = inputs;
  if (known(priority) && !(priority >= 1 && priority <= 50_000)) {
    failures.push(refuse("priority", `ValidationError: priority ${priority} is not between 1 and 50000`));
  }
  for (const condition of list(inputs.conditions)) {
    const kind = Object.keys(condition).find((name) => condition[name] !== undefined);
    if (kind !== "hostHeader" && kind !== "pathPattern") {
      failures.push(refuse("conditions", `the local balancer decides by hostHeader and pathPattern, not by ${kind}`));
    } else if (condition[kind] !== UNKNOWN && condition[kind].regexValues !== undefined) {
      failures.push(refuse("conditions", "the local balancer matches `values`, not `regexValues`"));
    }
  }
  for (const transform of list(inputs.transforms)) {
    const rewrite = transform.urlRewriteConfig?.rewrite;
    if (transform.type !== "url-rewrite") {
      failures.push(refuse("transforms", `the local balancer does url-rewrite, not ${String(transform.type)}`));
    } else if (typeof rewrite?.regex === "string" && !isRegex(rewrite.regex)) {
      failures.push(refuse("transforms", `ValidationError: "${rewrite.regex}" is not a valid regular expression`));
    }
  }
  return failures;
}

function checkActions(property: string, actions: unknown): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const action of list(actions)) {
    if (action.type === UNKNOWN || action.type === "fixed-response") continue;
    if (action.type !== "forward") {
      failures.push(refuse(property, `the local balancer does forward and fixed-response, not ${String(action.type)}`));
    } else if (action.targetGroupArn === undefined && action.forward === undefined) {
      failures.push(refuse(property, "ValidationError: a forward action needs targetGroupArn or forward.targetGroups"));
    }
  }
  if (Array.isArray(actions) && actions.length === 0)
    failures.push(refuse(property, "ValidationError: an action must be specified"));
  return failures;
}

const list = (value: unknown): readonly Properties[] =>
  Array.isArray(value) ? value.filter((item): item is Properties => typeof item === "object" && item !== null) : [];

function isRegex(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
