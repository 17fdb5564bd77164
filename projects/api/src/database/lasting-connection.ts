/**
 * One connection that is there whenever it is asked for: opened at first use, again after it broke, and replaced when
 * it is old, because a connection keeps the login it was opened with however often that is rotated (DATA-45). The
 * replacement takes over once it is connected; what runs on the old one ends there.
 */
import type pg from "pg";

/** A login that was rotated is out of use after so many minutes. */
const LIFETIME_MS = 10 * 60_000;
/** Connections that were opened together do not end together. */
const LIFETIME_SPREAD = 0.2;
/** After a replacement that did not come about. */
const RETRY_MS = 30_000;

interface Opened {
  readonly client: Promise<pg.Client>;
  running: number;
  retired: boolean;
  replaceAt: number;
}

export class LastingConnection {
  readonly #connect: () => Promise<pg.Client>;
  readonly #now: () => number;
  #opened: Opened | undefined;
  #replacing: Promise<void> | undefined;
  #closed = false;

  constructor(connect: () => Promise<pg.Client>, now: () => number = Date.now) {
    this.#connect = connect;
    this.#now = now;
  }

  /** @param broken whether an error of the work means that the connection is not to be used again */
  async use<T>(work: (client: pg.Client) => Promise<T>, broken: (error: unknown) => boolean): Promise<T> {
    if (this.#closed) throw new Error("Client was closed and is not queryable");
    this.#opened ??= this.#open();
    const opened = this.#opened;
    if (opened.replaceAt <= this.#now()) this.#replacing ??= this.#replace(opened);
    opened.running += 1;
    try {
      return await work(await opened.client);
    } catch (error) {
      // The driver says so before it has seen the connection end: the next one must not take it again.
      if (broken(error)) this.#forget(opened);
      throw error;
    } finally {
      opened.running -= 1;
      endWhenIdle(opened);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#replacing;
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.client.then((client) => client.end()).catch(() => undefined);
  }

  #open(): Opened {
    const lifetimeMs = LIFETIME_MS * (1 + LIFETIME_SPREAD * (2 * Math.random() - 1));
    const opened = { client: this.#connect(), running: 0, retired: false, replaceAt: this.#now() + lifetimeMs };
    const forget = () => this.#forget(opened);
    opened.client.then((client) => client.once("end", forget), forget);
    return opened;
  }

  async #replace(old: Opened): Promise<void> {
    const next = this.#open();
    try {
      await next.client;
      if (this.#opened === old || this.#opened === undefined) this.#opened = next;
      else next.retired = true;
      old.retired = true;
    } catch {
      // The old one still serves; whoever needs a new one will hear why there is none.
      old.replaceAt = this.#now() + RETRY_MS;
    } finally {
      this.#replacing = undefined;
      endWhenIdle(old);
      endWhenIdle(next);
    }
  }

  #forget(opened: Opened): void {
    if (this.#opened === opened) this.#opened = undefined;
  }
}

/** What still runs would be lost with the connection. */
function endWhenIdle({ client, running, retired }: Opened): void {
  if (retired && running === 0) client.then((open) => open.end()).catch(() => undefined);
}
