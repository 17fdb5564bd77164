/** Lambda function `rotation`: the one place where credentials of the database and the cache are made and changed. */
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { RotationEnvironment, readEnvironment } from "@records/contracts";
import { bootstrap, type BootstrapOutcome } from "./bootstrap.ts";

/** `bootstrap` from a deployment, or a step as Secrets Manager sends it. */
export interface RotationEvent {
  readonly operation?: string;
  readonly Step?: string;
}

export async function handler(event: RotationEvent): Promise<BootstrapOutcome> {
  if (event.Step !== undefined) {
    throw new Error(
      `Rotation step ${event.Step} is not built yet: no schedule may point at this function. ` +
        "The credential it was called for stays as it is.",
    );
  }
  if (event.operation !== "bootstrap") {
    throw new Error(
      `Operation "${event.operation ?? ""}" is unknown to the rotation function; send { "operation": "bootstrap" }.`,
    );
  }
  const secrets = new SecretsManagerClient();
  const cache = new ElastiCacheClient();
  try {
    return await bootstrap(readEnvironment(RotationEnvironment, process.env), { secrets, cache });
  } finally {
    secrets.destroy();
    cache.destroy();
  }
}
