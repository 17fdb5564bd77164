export { SecurityContract } from "./stacks/security.ts";
export { NetworkContract } from "./stacks/network.ts";
export { DataContract } from "./stacks/data.ts";
export { ComputeContract } from "./stacks/compute.ts";
export { Arn, Bucket, Host, HttpsUrl, Name, Port } from "./stacks/formats.ts";
export { ApiEnvironment } from "./environment/api.ts";
export { RelayEnvironment } from "./environment/relay.ts";
export { CacheInvalidatorEnvironment } from "./environment/cache-invalidator.ts";
export { AuditExporterEnvironment } from "./environment/audit-exporter.ts";
export { MigrationEnvironment } from "./environment/migration.ts";
export { RotationEnvironment } from "./environment/rotation.ts";
export { ONEROSTER, OPERATION_SCOPES, SCOPES, type Scope } from "./scopes.ts";
export { readEnvironment } from "./environment/read.ts";
export {
  SERVICE_METRICS,
  serviceNamespace,
  type DimensionsOf,
  type ServiceMetric,
  type ServiceMetricName,
} from "./metrics/service-metrics.ts";
export {
  GradeSubmitted,
  StudentEvent,
  StudentUpdated,
  assertEvent,
  dataSchemaOf,
  eventSchemas,
  eventSequence,
  parseEvent,
  type RecordEvent,
} from "./events/index.ts";
