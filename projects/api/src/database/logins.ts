/**
 * Which database user to log in as. There are two, each with a secret of its own, and a rotation changes the idle
 * one: the later rotated is used, the other is the way out when a password is refused (DATA-45).
 */
import { Type, type Static } from "typebox";
import type { Secret, SecretVersion } from "../aws/secrets.ts";

export const DatabaseLogin = Type.Object({
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});

export interface Login {
  readonly user: string;
  readonly password: string;
  /** Tells one password of a user from the next. */
  readonly versionId: string;
}

export interface Logins {
  current(): Promise<Login>;
  /** The server has refused this login: ask for the passwords again and prefer another. */
  refused(login: Login): void;
}

type LoginVersion = SecretVersion<Static<typeof DatabaseLogin>>;

export class AlternatingLogins implements Logins {
  readonly #secrets: readonly Pick<Secret<typeof DatabaseLogin>, "current" | "forget">[];
  readonly #refused = new Set<string>();

  constructor(secrets: readonly Pick<Secret<typeof DatabaseLogin>, "current" | "forget">[]) {
    this.#secrets = secrets;
  }

  async current(): Promise<Login> {
    const results = await Promise.allSettled(this.#secrets.map((secret) => secret.current()));
    const readable = results.filter(
      (result): result is PromiseFulfilledResult<LoginVersion> => result.status === "fulfilled",
    );
    if (readable.length === 0) throw (results[0] as PromiseRejectedResult).reason;
    const newestFirst = readable
      .map((result) => result.value)
      .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
    let chosen = newestFirst.find((version) => !this.#refused.has(version.versionId));
    if (chosen === undefined) {
      // Every password was refused at some time: start over, one of them may work by now.
      this.#refused.clear();
      chosen = newestFirst[0]!;
    }
    return { user: chosen.value.username, password: chosen.value.password, versionId: chosen.versionId };
  }

  refused(login: Login): void {
    this.#refused.add(login.versionId);
    for (const secret of this.#secrets) secret.forget();
  }
}
