import { randomBytes } from "node:crypto";
import type { Queryable } from "../database/reader.ts";
import type { CursorKeys } from "../paging/cursor.ts";

/** The first task of a day makes the day's key, the others find it. Keys that no cursor can name any more are removed. */
const MAKE = {
  name: "cursor_keys_make_v1",
  text: `
    with made as (
      insert into records.cursor_keys (day, key) values ($1, $2) on conflict (day) do nothing returning key
    ), removed as (
      delete from records.cursor_keys where day < $1::date - 3
    )
    select key from made union all select key from records.cursor_keys where day = $1`,
};
const FIND = { name: "cursor_keys_find_v1", text: "select key from records.cursor_keys where day = $1" };

/** Random keys kept in the database, one a day, remembered by the process once read. */
export class DatabaseCursorKeys implements CursorKeys {
  readonly #db: Queryable;
  readonly #known = new Map<string, Buffer>();

  constructor(db: Queryable) {
    this.#db = db;
  }

  async find(day: string): Promise<Buffer | undefined> {
    return this.#known.get(day) ?? this.#remember(day, await this.#db.query<{ key: Buffer }>(FIND, [day]));
  }

  async today(): Promise<{ day: string; key: Buffer }> {
    const day = new Date().toISOString().slice(0, 10);
    const key =
      this.#known.get(day) ??
      this.#remember(day, await this.#db.query<{ key: Buffer }>(MAKE, [day, randomBytes(32)])) ??
      // Another task made it while this statement ran and did not see it yet.
      (await this.find(day));
    if (key === undefined) throw new Error("No cursor key could be made for today.");
    return { day, key };
  }

  #remember(day: string, rows: readonly { key: Buffer }[]): Buffer | undefined {
    const key = rows[0]?.key;
    if (key !== undefined) this.#known.set(day, key);
    return key;
  }
}
