/** The applications that read the stream. A consumer of the data stack's list is deployed when its row is here. */
import type * as pulumi from "@pulumi/pulumi";
import type { CacheInvalidatorEnvironment, DataContract } from "@records/contracts";
import type { Role } from "@records/conventions";
import type { Config } from "../config.ts";
import { functionEnvironment } from "./environment.ts";
import type { Statement } from "./service-role.ts";

/** Names of the contract: each has its registered consumer and its dead-letter queue. */
export type ConsumerName = keyof DataContract["streams"]["studentEvents"]["consumerArns"];

export interface ConsumerSpec {
  readonly name: ConsumerName;
  /** The same with hyphens: folder of its build, end of its role's and its function's name. */
  readonly purpose: string;
  readonly role: Role;
  readonly environment: (config: Config) => pulumi.Output<Record<string, string>>;
  readonly secretArns: (config: Config) => readonly pulumi.Input<string>[];
  /** What it may do beyond reading its stream, its secrets, and setting failures aside. */
  readonly statements?: (config: Config) => readonly Statement[];
}

export const CONSUMERS: readonly ConsumerSpec[] = [
  {
    // Raises the cache's markers, so that what was changed is not read from the cache again.
    name: "cacheInvalidator",
    purpose: "cache-invalidator",
    role: "consumer-cache-invalidator",
    environment: ({ settings, data }) =>
      functionEnvironment<CacheInvalidatorEnvironment>({
        ENVIRONMENT: settings.suffix,
        CACHE_HOST: data.cache.primaryEndpoint,
        CACHE_PORT: data.cache.port,
        CACHE_SECRET_ARN: data.secretArns.cacheInvalidator,
      }),
    secretArns: ({ data }) => [data.secretArns.cacheInvalidator],
  },
];
