/**
 * Public keys of the token issuer, by `kid`. They are fetched again every few minutes and when a token names a key
 * that is not known, at most once in half a minute. A key stays good for a day after it was last seen, so that tokens
 * outlive a rotation and an issuer that cannot be reached.
 */
import { importJWK, type CryptoKey, type JWK } from "jose";

export interface IssuerKeys {
  /** @returns undefined when the issuer has no such key */
  find(kid: string, algorithm: string): Promise<CryptoKey | undefined>;
}

const REFRESH_AFTER_MS = 10 * 60_000;
const REFETCH_EVERY_MS = 30_000;
const KEPT_FOR_MS = 24 * 3_600_000;
const FETCH_TIMEOUT_MS = 2_000;

/** The public part of a signing key, as a key set publishes it. */
type FetchKeys = () => Promise<readonly JWK[]>;

export class RemoteIssuerKeys implements IssuerKeys {
  readonly #fetch: FetchKeys;
  readonly #now: () => number;
  readonly #known = new Map<string, { jwk: JWK; seenAt: number; imported: Map<string, Promise<CryptoKey>> }>();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(fetch: FetchKeys, now: () => number = Date.now) {
    this.#fetch = fetch;
    this.#now = now;
  }

  async find(kid: string, algorithm: string): Promise<CryptoKey | undefined> {
    const now = this.#now();
    if (!this.#known.has(kid)) await this.#refresh();
    // A known key is used at once; the set is renewed beside it.
    else if (now - this.#fetchedAt > REFRESH_AFTER_MS) void this.#refresh();
    const known = this.#known.get(kid);
    if (known === undefined || now - known.seenAt > KEPT_FOR_MS) return undefined;
    if (known.jwk.alg !== undefined && known.jwk.alg !== algorithm) return undefined;
    let imported = known.imported.get(algorithm);
    if (imported === undefined) {
      imported = importJWK(known.jwk, algorithm) as Promise<CryptoKey>;
      known.imported.set(algorithm, imported);
    }
    return imported.catch(() => undefined);
  }

  /** Never throws: with the issuer out of reach the keys that are known go on to serve. */
  #refresh(): Promise<void> {
    if (this.#fetching !== undefined) return this.#fetching;
    const now = this.#now();
    if (now - this.#triedAt < REFETCH_EVERY_MS) return Promise.resolve();
    this.#triedAt = now;
    this.#fetching = this.#fetch()
      .then(
        (keys) => this.#learn(keys, now),
        () => undefined,
      )
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  #learn(keys: readonly JWK[], now: number): void {
    this.#fetchedAt = now;
    for (const jwk of keys) {
      if (jwk.kid === undefined || (jwk.use !== undefined && jwk.use !== "sig")) continue;
      const known = this.#known.get(jwk.kid);
      if (known !== undefined) known.seenAt = now;
      else this.#known.set(jwk.kid, { jwk, seenAt: now, imported: new Map() });
    }
    for (const [kid, { seenAt }] of this.#known) if (now - seenAt > KEPT_FOR_MS) this.#known.delete(kid);
  }
}

/** Where an issuer publishes its keys (Cognito, and OIDC discovery by custom). */
export function fetchKeysOf(issuer: string): FetchKeys {
  return async () => {
    const answer = await fetch(`${issuer}/.well-known/jwks.json`, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`The issuer's key set answers ${answer.status}.`);
    const { keys } = (await answer.json()) as { keys?: JWK[] };
    if (!Array.isArray(keys)) throw new Error("The issuer's key set has no keys.");
    return keys;
  };
}
