import { SecurityContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { AccessLogStore } from "./src/access-log-store.ts";
import { Alerts } from "./src/alerts.ts";
import { AuditStore } from "./src/audit-store.ts";
import { Budget } from "./src/budget.ts";
import { ConfigurationStore } from "./src/configuration-store.ts";
import { Keys } from "./src/keys.ts";
import { PermissionBoundary } from "./src/permission-boundary.ts";
import { TamperRules } from "./src/tamper-rules.ts";
import { TrailAlarms } from "./src/trail-alarms.ts";
import { Trail } from "./src/trail.ts";

const keys = new Keys("keys", config).arns;
const boundary = new PermissionBoundary("permission-boundary", config);
const accessLogBucket = new AccessLogStore("access-logs", config).bucket;
const audit = new AuditStore("audit", { config, keyArn: keys.audit, accessLogBucket });
new ConfigurationStore("configuration", { config, keyArn: keys.audit, accessLogBucket });
const topics = new Alerts("alerts", { config, keyArn: keys.compute }).topicArns;
const trail = new Trail("trail", { config, keys, auditBucket: audit.bucket, boundaryArn: boundary.arn });
new TrailAlarms("trail-alarms", { config, trail: trail.published, topicArn: topics.security });
new TamperRules("tamper", { config, keyArn: keys.events, topicArn: topics.security, alertTopicArn: topics.alerts });
new Budget("budget", { config, topicArn: topics.alerts });

export const contract = publish(SecurityContract, {
  kmsKeyArns: keys,
  auditBucket: audit.bucket,
  accessLogBucket,
  alertTopicArn: topics.alerts,
  securityTopicArn: topics.security,
  permissionBoundaryArn: boundary.arn,
  trail: trail.published,
});
export const contractVersion = 2;
