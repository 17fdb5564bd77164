import { SecurityContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { AccessLogStore } from "./src/access-log-store.ts";
import { AuditStore } from "./src/audit-store.ts";
import { Keys } from "./src/keys.ts";
import { PermissionBoundary } from "./src/permission-boundary.ts";
import { Trail } from "./src/trail.ts";

const keys = new Keys("keys", config);
const boundary = new PermissionBoundary("permission-boundary", config);
const accessLogs = new AccessLogStore("access-logs", config);
const audit = new AuditStore("audit", { config, keyArn: keys.arns.audit, accessLogBucket: accessLogs.bucket });
const trail = new Trail("trail", { config, keys: keys.arns, auditBucket: audit.bucket, boundaryArn: boundary.arn });

export const contract = publish(SecurityContract, {
  kmsKeyArns: keys.arns,
  auditBucket: audit.bucket,
  accessLogBucket: accessLogs.bucket,
  permissionBoundaryArn: boundary.arn,
  trail: trail.published,
});
export const contractVersion = 1;
