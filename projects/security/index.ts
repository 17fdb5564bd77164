import { SecurityContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { AccessLogStore } from "./src/access-log-store.ts";
import { AccountBaseline } from "./src/account-baseline.ts";
import { Alerts } from "./src/alerts.ts";
import { AuditStore } from "./src/audit-store.ts";
import { Budget } from "./src/budget.ts";
import { ConfigurationStore } from "./src/configuration-store.ts";
import { Identities } from "./src/identities.ts";
import { Keys } from "./src/keys.ts";
import { TamperRules } from "./src/tamper-rules.ts";
import { TrailAlarms } from "./src/trail-alarms.ts";
import { Trail } from "./src/trail.ts";

const keys = new Keys("keys", config).arns;
const { boundaryArn, ciRoleArns } = new Identities("identities", { config, keys });
const accessLogBucket = new AccessLogStore("access-logs", config).bucket;
const auditBucket = new AuditStore("audit", { config, keyArn: keys.audit, accessLogBucket }).bucket;
const historyBucket = new ConfigurationStore("configuration", { config, keyArn: keys.audit, accessLogBucket }).bucket;
const topics = new Alerts("alerts", { config, keyArn: keys.compute }).topicArns;
const trail = new Trail("trail", { config, keys, auditBucket, boundaryArn });
new TrailAlarms("trail-alarms", { config, trail: trail.published, topicArn: topics.security });
new TamperRules("tamper", { config, keyArn: keys.events, topicArn: topics.security, alertTopicArn: topics.alerts });
new AccountBaseline("account", { config, keyArn: keys.audit, auditBucket, historyBucket });
new Budget("budget", { config, topicArn: topics.alerts });

export const contract = publish(SecurityContract, {
  kmsKeyArns: keys,
  auditBucket,
  accessLogBucket,
  alertTopicArn: topics.alerts,
  securityTopicArn: topics.security,
  permissionBoundaryArn: boundaryArn,
  trail: trail.published,
  ciRoleArns,
});
export const contractVersion = 2;
