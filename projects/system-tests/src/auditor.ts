/** Reads the audit as an auditor does: over SQL, with a role that can do nothing else, signed in with a short-lived IAM token. */
import { Signer } from "@aws-sdk/rds-signer";
import pg from "pg";
import type { Deployment } from "./deployment.ts";

export interface AuditEntry {
  readonly requestId: string;
  readonly clientId: string | null;
  readonly route: string;
  readonly method: string;
  readonly decision: string;
  readonly reason: string | null;
  readonly status: number;
  readonly cache: string | null;
}

/** Runs `work` with a connection of the role srs_auditor. */
export async function asAuditor<T>(
  { data, operator }: Deployment,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { directEndpoint: hostname, port, name } = data.database;
  const signer = new Signer({
    hostname,
    port,
    username: "srs_auditor",
    region: operator.region,
    credentials: operator.credentials,
  });
  const client = new pg.Client({
    host: hostname,
    port,
    database: name,
    user: "srs_auditor",
    password: await signer.getAuthToken(),
    ssl: { ca: operator.ca },
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Entries of the given requests (X-Request-Id of the replies), in the order they were made. */
export async function auditOf(deployment: Deployment, requestIds: readonly string[]): Promise<readonly AuditEntry[]> {
  return asAuditor(deployment, async (client) => {
    const { rows } = await client.query<AuditEntry>({
      text: `select request_id as "requestId", client_id as "clientId", route, method, decision, reason, status, cache
               from audit.audit_entries where request_id = any($1::uuid[]) order by at`,
      values: [requestIds],
    });
    return rows;
  });
}
