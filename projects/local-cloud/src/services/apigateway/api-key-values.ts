import { createHash } from "node:crypto";
import { APIGatewayClient, paginateGetApiKeys } from "@aws-sdk/client-api-gateway";
import type { Cloud } from "../../cloud.ts";

/** A caller that sends wrong keys must not become a caller of the key API. */
const RELOAD_AFTER_MS = 1000;

/** Which key a value belongs to. Values come from where API Gateway's own API keeps them; here are only their hashes. */
export class ApiKeyValues {
  readonly #sdk: APIGatewayClient;
  #idByHash: ReadonlyMap<string, string> = new Map();
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(cloud: Cloud) {
    this.#sdk = new APIGatewayClient({ ...cloud.sdk });
  }

  /** The next look-up asks again: a key was made, changed or deleted. */
  forget(): void {
    this.#loadedAtMs = Number.NEGATIVE_INFINITY;
  }

  async idOf(value: string): Promise<string | undefined> {
    const hash = createHash("sha256").update(value).digest("hex");
    const known = this.#idByHash.get(hash);
    if (known !== undefined || Date.now() - this.#loadedAtMs < RELOAD_AFTER_MS) return known;
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    await this.#loading;
    return this.#idByHash.get(hash);
  }

  async #load(): Promise<void> {
    const idByHash = new Map<string, string>();
    for await (const page of paginateGetApiKeys({ client: this.#sdk, pageSize: 500 }, { includeValues: true })) {
      for (const { id, value } of page.items ?? []) {
        if (id !== undefined && value !== undefined) {
          idByHash.set(createHash("sha256").update(value).digest("hex"), id);
        }
      }
    }
    this.#idByHash = idByHash;
    this.#loadedAtMs = Date.now();
  }
}
