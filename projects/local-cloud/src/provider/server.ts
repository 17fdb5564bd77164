import type { Cloud, Service } from "../cloud.ts";

/** Serves the Pulumi resource provider for the packages `aws` and `docker-build` on a loopback port. */
export async function serveProvider(
  cloud: Cloud,
  services: readonly Service[],
): Promise<{ port: number; close(): Promise<void> }> {
  throw new Error(`The provider is not served yet (${cloud.stack}, ${services.length} services).`);
}
