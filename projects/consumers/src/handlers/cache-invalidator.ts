/**
 * Raises the marker of every changed student to the version its event tells (CACHE-8). The API has done so before it
 * committed; this is the second line, and the only one for changes that other writers make.
 */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CacheInvalidatorEnvironment, readEnvironment } from "@records/contracts";
import { fetchCacheLogin } from "../cache/cache-login.ts";
import { MarkerStore } from "../cache/marker-store.ts";
import { processBatch, type BatchResponse, type KinesisBatch } from "../runtime/batch.ts";
import { log } from "../runtime/log.ts";

/** Kept between invocations: one connection for as long as the function's environment lives. */
let markers: MarkerStore | undefined;

export async function handler(batch: KinesisBatch): Promise<BatchResponse> {
  const store = (markers ??= openMarkers());
  const { response, report } = await processBatch(batch, (event) =>
    store.raise(event.partitionkey, event.data.aggregateVersion),
  );
  log(report.failed === 0 ? "INFO" : "ERROR", "markers raised", report);
  return response;
}

/** Lets go of the connection; the next batch opens another. */
export async function close(): Promise<void> {
  await markers?.close();
  markers = undefined;
}

function openMarkers(): MarkerStore {
  const environment = readEnvironment(CacheInvalidatorEnvironment, process.env);
  const secrets = new SecretsManagerClient();
  return new MarkerStore({
    host: environment.CACHE_HOST,
    port: environment.CACHE_PORT,
    environment: environment.ENVIRONMENT,
    login: () => fetchCacheLogin(secrets, environment.CACHE_SECRET_ARN),
  });
}
