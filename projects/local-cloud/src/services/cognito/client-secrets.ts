/**
 * The secrets of an app client: the one it was made with, in moto, and at most one more, of which only a hash is kept
 * (`<home>/cognito/<pool id>/client-secrets.json`). Either opens the token endpoint, as on AWS.
 */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson, writeJson } from "../../runtime/durable-json.ts";

/** "Supports up to 2 active secrets per app client" (API reference, AddUserPoolClientSecret). */
const SECRETS_MAX = 2;
const SECRET = /^[\w+]{24,64}$/;

/** The secret a client was made with, as the user-pool API has it. */
export interface FirstSecret {
  readonly value: string;
  readonly createdAt: Date;
}

export interface SecretDescriptor {
  readonly id: string;
  readonly createdAt: Date;
}

interface Held {
  /** The first secret has been deleted. */
  readonly firstGone: boolean;
  readonly more: readonly { readonly id: string; readonly createdAt: string; readonly hash: string }[];
}

const FIRST_ONLY: Held = { firstGone: false, more: [] };

export class ClientSecrets {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, "cognito");
  }

  list(poolId: string, clientId: string, first: FirstSecret): readonly SecretDescriptor[] {
    const { firstGone, more } = this.#held(poolId, clientId);
    return [
      ...(firstGone ? [] : [{ id: firstId(clientId), createdAt: first.createdAt }]),
      ...more.map(({ id, createdAt }) => ({ id, createdAt: new Date(createdAt) })),
    ];
  }

  /** @returns the new secret's descriptor, and its value where the caller gave none */
  add(poolId: string, clientId: string, first: FirstSecret, given?: string): SecretDescriptor & { value?: string } {
    if (given !== undefined && !SECRET.test(given))
      throw new Error("InvalidParameterException: A client secret has 24 to 64 letters, digits, underscores and +.");
    if (this.list(poolId, clientId, first).length >= SECRETS_MAX)
      throw new Error(`LimitExceededException: The app client ${clientId} has ${SECRETS_MAX} active secrets already.`);
    const value = given ?? randomBytes(26).toString("hex");
    const added = { id: randomUUID(), createdAt: new Date() };
    const held = this.#held(poolId, clientId);
    const entry = { id: added.id, createdAt: added.createdAt.toISOString(), hash: hashOf(value) };
    this.#put(poolId, clientId, { ...held, more: [...held.more, entry] });
    return given === undefined ? { ...added, value } : added;
  }

  remove(poolId: string, clientId: string, first: FirstSecret, secretId: string): void {
    const present = this.list(poolId, clientId, first);
    if (!present.some(({ id }) => id === secretId))
      throw new Error(`ResourceNotFoundException: The app client ${clientId} has no secret ${secretId}.`);
    if (present.length === 1)
      throw new Error("InvalidParameterException: The last remaining secret of an app client cannot be deleted.");
    const { firstGone, more } = this.#held(poolId, clientId);
    this.#put(poolId, clientId, {
      firstGone: firstGone || secretId === firstId(clientId),
      more: more.filter(({ id }) => id !== secretId),
    });
  }

  matches(poolId: string, clientId: string, first: string, given: string): boolean {
    const { firstGone, more } = this.#held(poolId, clientId);
    const hashes = [...(firstGone ? [] : [hashOf(first)]), ...more.map(({ hash }) => hash)];
    return hashes.some((hash) => timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(given))));
  }

  forget(poolId: string, clientId: string): void {
    const all = this.#all(poolId);
    if (!(clientId in all)) return;
    const { [clientId]: _gone, ...others } = all;
    writeJson(this.#file(poolId), others);
  }

  #held(poolId: string, clientId: string): Held {
    return this.#all(poolId)[clientId] ?? FIRST_ONLY;
  }

  #all(poolId: string): Readonly<Record<string, Held>> {
    return readJson<Record<string, Held>>(this.#file(poolId)) ?? {};
  }

  #put(poolId: string, clientId: string, held: Held): void {
    mkdirSync(dirname(this.#file(poolId)), { recursive: true, mode: 0o700 });
    writeJson(this.#file(poolId), { ...this.#all(poolId), [clientId]: held });
  }

  #file(poolId: string): string {
    return join(this.#folder, poolId, "client-secrets.json");
  }
}

const hashOf = (value: string): string => createHash("sha256").update(value).digest("hex");
/** The same each time it is asked for: moto gives a client's first secret no id. */
const firstId = (clientId: string): string => hashOf(clientId).slice(0, 32);
