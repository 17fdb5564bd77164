/**
 * Copies the audit log from its table to the write-once store every hour, and once a day signs what has been copied
 * (AUD-7, AUD-8). The trail depends on nothing but the database: neither on the request that wrote an entry nor on a stream.
 */
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AuditExporterEnvironment, readEnvironment } from "@records/contracts";
import { AuditLog } from "../audit-export/audit-log.ts";
import { connect } from "../audit-export/database.ts";
import { kmsSigner, publicKeyPem } from "../audit-export/kms-signer.ts";
import { runAnchor } from "../audit-export/run-anchor.ts";
import { runExport } from "../audit-export/run-export.ts";
import { auditBucket } from "../audit-export/write-once-store.ts";
import { log } from "../runtime/log.ts";

const ENTRIES_MAX = 50_000;
/** One export of so many entries, and the anchor, with room to spare. */
const RESERVE_MS = 60_000;

export interface ExporterEvent {
  readonly operation?: string;
}

export interface ExporterReport {
  readonly exports: number;
  readonly entries: number;
  readonly complete: boolean;
  readonly anchored?: string;
}

export async function handler(
  { operation }: ExporterEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<ExporterReport> {
  if (operation !== "export" && operation !== "anchor")
    throw new Error(
      `Operation "${operation ?? ""}" is unknown to the audit exporter; send { "operation": "export" } or "anchor".`,
    );
  const environment = readEnvironment(AuditExporterEnvironment, process.env);
  const secrets = new SecretsManagerClient();
  const s3 = new S3Client();
  const kms = new KMSClient();
  const database = await connect(environment, secrets);
  try {
    const { ENVIRONMENT, AUDIT_BUCKET, AUDIT_KEY_ARN, SIGNING_KEY_ARN } = environment;
    const store = auditBucket(s3, AUDIT_BUCKET, AUDIT_KEY_ARN);
    const audit = new AuditLog(database);
    const parts = { environment: ENVIRONMENT, log: audit, store };
    // The anchor as well begins with an export, so that the day that has ended is whole in it.
    const exported = await runExport(
      { ...parts, entriesMax: ENTRIES_MAX },
      () => context.getRemainingTimeInMillis() > RESERVE_MS,
    );
    log("INFO", "audit exported", exported);
    if (operation === "export") return exported;
    const { day, signed } = await runAnchor({ ...parts, signer: kmsSigner(kms, SIGNING_KEY_ARN) }, new Date());
    const keyName = SIGNING_KEY_ARN.slice(SIGNING_KEY_ARN.lastIndexOf("/") + 1);
    await store.put(`anchors/keys/${keyName}.pem`, await publicKeyPem(kms, SIGNING_KEY_ARN), "application/x-pem-file");
    log("INFO", "audit anchored", { day, signed });
    return { ...exported, anchored: day };
  } finally {
    await database.end();
    for (const client of [secrets, s3, kms]) client.destroy();
  }
}
