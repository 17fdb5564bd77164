import { Type, type Static } from "typebox";
import { Arn, ENVIRONMENT, Name, database } from "./variables.ts";

/** Environment of the function that exports the audit log and anchors the export. */
export const AuditExporterEnvironment = Type.Object({
  ENVIRONMENT,
  ...database,
  /** The write-once store, the key that it encrypts with, and the key that signs. */
  AUDIT_BUCKET: Name,
  AUDIT_KEY_ARN: Arn,
  SIGNING_KEY_ARN: Arn,
});
export type AuditExporterEnvironment = Static<typeof AuditExporterEnvironment>;
