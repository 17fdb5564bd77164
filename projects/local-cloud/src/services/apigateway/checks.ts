// What API Gateway refuses by looking at one resource's inputs, and what the local cloud would silently not do.
import { known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { formatFailure } from "./access-log.ts";

const unserved = (property: string, what: string): CheckFailure => ({
  property,
  reason: `${what} is not served by the local cloud`,
});
const isText = (value: unknown): value is string => typeof value === "string";

export function checkStage(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (isText(inputs.stageName) && !/^[A-Za-z0-9_-]{1,128}$/.test(inputs.stageName)) {
    failures.push({ property: "stageName", reason: "Stage name only allows a-zA-Z0-9_- and at most 128 characters" });
  }
  if (inputs.cacheClusterEnabled === true) failures.push(unserved("cacheClusterEnabled", "a response cache"));
  if (known(inputs.canarySettings)) failures.push(unserved("canarySettings", "a canary release"));
  if (known(inputs.clientCertificateId))
    failures.push(unserved("clientCertificateId", "a client certificate to the integration"));
  if (known(inputs.variables)) failures.push(unserved("variables", "a set of stage variables"));
  const { destinationArn, format } = inputs.accessLogSettings ?? {};
  if (isText(destinationArn) && !/^arn:aws:logs:[^:]+:\d{12}:log-group:[^:]+(:\*)?$/.test(destinationArn)) {
    failures.push({
      property: "accessLogSettings",
      reason: `"${destinationArn}" is not the ARN of a log group (other destinations are not served by the local cloud)`,
    });
  }
  const refusal = isText(format) ? formatFailure(format) : undefined;
  if (refusal !== undefined) failures.push({ property: "accessLogSettings", reason: refusal });
  return failures;
}

export function checkMethodSettings(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { methodPath, settings } = inputs;
  if (
    isText(methodPath) &&
    !/^(\*\/\*|(~1|[^/*~])[^/]*\/(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|\*))$/.test(methodPath)
  ) {
    failures.push({
      property: "methodPath",
      reason: `Invalid method setting path: "${methodPath}" is neither */* nor <resource path, each slash written ~1>/<METHOD>`,
    });
  }
  if (settings?.cachingEnabled === true) failures.push(unserved("settings", "a response cache"));
  if (settings?.dataTraceEnabled === true) failures.push(unserved("settings", "a data trace, which would log bodies,"));
  return failures;
}

export function checkUsagePlan(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { quotaSettings, throttleSettings } = inputs;
  if (known(quotaSettings)) {
    if (isText(quotaSettings.period) && !["DAY", "WEEK", "MONTH"].includes(quotaSettings.period)) {
      failures.push({
        property: "quotaSettings",
        reason: `period "${quotaSettings.period}" is none of DAY, WEEK, MONTH`,
      });
    }
    if (typeof quotaSettings.offset === "number" && quotaSettings.offset !== 0)
      failures.push(unserved("quotaSettings", "an offset of a quota"));
  }
  if (
    known(throttleSettings) &&
    (throttleSettings.rateLimit === undefined || throttleSettings.burstLimit === undefined)
  ) {
    failures.push({
      property: "throttleSettings",
      reason: "rateLimit and burstLimit are required together: the one left out would be zero",
    });
  }
  return failures;
}

export function checkVpcLink(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (isText(inputs.name) && !/^.{1,128}$/.test(inputs.name))
    failures.push({ property: "name", reason: "name is not 1 to 128 characters" });
  if (Array.isArray(inputs.subnetIds) && inputs.subnetIds.length === 0)
    failures.push({ property: "subnetIds", reason: "at least one subnet is required" });
  return failures;
}
