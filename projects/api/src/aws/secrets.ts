/** Secrets Manager as the processes use it: values cached for minutes, reloaded when one turns out to be stale. */
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Value } from "typebox/value";
import type { Static, TSchema } from "typebox";

export interface SecretVersion<T> {
  readonly value: T;
  readonly versionId: string;
  /** When this version was written: for a rotated secret, the time of the rotation. */
  readonly createdAt: Date;
}

const CACHED_FOR_MS = 5 * 60_000;
/** While Secrets Manager is away, the last value it gave is used; a rotation in that time is met by a refusal. */
const KEPT_FOR_MS = 60 * 60_000;
/** How soon it is asked again then. */
const ASKED_AGAIN_AFTER_MS = 10_000;

export class Secret<T extends TSchema> {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;
  readonly #schema: T;
  readonly #now: () => number;
  #cached: { version: Promise<SecretVersion<Static<T>>>; until: number } | undefined;
  #last: { readonly version: SecretVersion<Static<T>>; readonly until: number } | undefined;

  constructor(client: SecretsManagerClient, arn: string, schema: T, now: () => number = Date.now) {
    this.#client = client;
    this.#arn = arn;
    this.#schema = schema;
    this.#now = now;
  }

  /** @throws {Error} it cannot be read or has another shape; the message names the secret, never a value */
  current(): Promise<SecretVersion<Static<T>>> {
    if (this.#cached === undefined || this.#cached.until < this.#now()) {
      const cached = { version: this.#fetchOrLast(), until: this.#now() + CACHED_FOR_MS };
      this.#cached = cached;
      cached.version.catch(() => this.forget());
    }
    return this.#cached.version;
  }

  /** The next `current()` asks Secrets Manager. */
  forget(): void {
    this.#cached = undefined;
  }

  async #fetchOrLast(): Promise<SecretVersion<Static<T>>> {
    try {
      const version = await this.#fetch();
      this.#last = { version, until: this.#now() + KEPT_FOR_MS };
      return version;
    } catch (error) {
      if (this.#last === undefined || this.#last.until < this.#now()) throw error;
      if (this.#cached !== undefined) this.#cached.until = this.#now() + ASKED_AGAIN_AFTER_MS;
      return this.#last.version;
    }
  }

  async #fetch(): Promise<SecretVersion<Static<T>>> {
    let answer;
    try {
      answer = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#arn }));
    } catch (error) {
      throw new Error(
        `Secret ${this.#arn} cannot be read. Check that it has a value and that this task's role may read it.`,
        {
          cause: error,
        },
      );
    }
    const { SecretString: text, VersionId: versionId, CreatedDate: createdAt } = answer;
    const value = parse(text ?? "");
    if (versionId === undefined || createdAt === undefined || !Value.Check(this.#schema, value)) {
      throw new Error(`Secret ${this.#arn} does not have the expected fields. The rotation function writes it.`);
    }
    return { value, versionId, createdAt };
  }
}

/** The parser's own message quotes the text, and the text is a secret. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
