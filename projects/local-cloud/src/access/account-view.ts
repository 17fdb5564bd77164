import type { Account } from "../cloud.ts";
import type { ResourceRecord } from "../resource-type.ts";

/** The account, found fast: decisions ask it several times for each call, and it changes seldom. */
export class AccountView {
  readonly #account: Account;
  #revision = -1;
  readonly #byType = new Map<string, ResourceRecord[]>();
  readonly #byArn = new Map<string, ResourceRecord>();
  readonly #derived = new Map<string, unknown>();

  constructor(account: Account) {
    this.#account = account;
  }

  ofType(token: string): readonly ResourceRecord[] {
    this.#follow();
    return this.#byType.get(token) ?? [];
  }

  byId(token: string, id: string): ResourceRecord | undefined {
    return this.ofType(token).findLast((record) => record.id === id);
  }

  byArn(arn: string): ResourceRecord | undefined {
    this.#follow();
    return this.#byArn.get(arn);
  }

  /** Kept until anything in the account changes. */
  derived<T>(key: string, derive: () => T): T {
    this.#follow();
    if (!this.#derived.has(key)) this.#derived.set(key, derive());
    return this.#derived.get(key) as T;
  }

  #follow(): void {
    if (this.#revision === this.#account.revision) return;
    this.#revision = this.#account.revision;
    for (const index of [this.#byType, this.#byArn, this.#derived]) index.clear();
    for (const record of this.#account.all()) {
      const siblings = this.#byType.get(record.type) ?? [];
      this.#byType.set(record.type, siblings);
      siblings.push(record);
      if (record.arn !== undefined) this.#byArn.set(record.arn, record);
    }
  }
}
