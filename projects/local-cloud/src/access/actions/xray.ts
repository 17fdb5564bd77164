/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
import { routes } from "./rest.ts";

const everywhere = (path: string, operation: string) => ({
  method: "POST",
  path: new RegExp(`^/${path}$`),
  uses: () => [{ action: `xray:${operation}`, resource: "*" }],
});

export const xray = routes([
  everywhere("TraceSegments", "PutTraceSegments"),
  everywhere("TelemetryRecords", "PutTelemetryRecords"),
  everywhere("GetSamplingRules", "GetSamplingRules"),
  everywhere("SamplingTargets", "GetSamplingTargets"),
]);
