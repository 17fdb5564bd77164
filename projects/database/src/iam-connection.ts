/** A connection to the cluster with IAM authentication: a short-lived token signed by the caller's AWS identity. */
import { Signer } from "@aws-sdk/rds-signer";
import { Client } from "pg";
import { clusterTls } from "./cluster-tls.ts";

export interface ClusterAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Connected when it resolves; the caller ends it. The server's certificate is always verified, its name too. */
export async function connectWithIam(address: ClusterAddress, options: { region?: string } = {}): Promise<Client> {
  const signer = new Signer({
    hostname: address.host,
    port: address.port,
    username: address.user,
    ...(options.region === undefined ? {} : { region: options.region }),
  });
  const client = new Client({
    ...address,
    password: () => signer.getAuthToken(),
    ssl: clusterTls(address.host),
    application_name: "srs-database",
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new Error(
      `No connection to ${address.host}:${address.port} as ${address.user}: ${why}. Check that the bootstrap has made ` +
        "this role and that the caller's AWS identity may connect as it (rds-db:connect).",
      { cause: error },
    );
  }
  return client;
}
