/**
 * Which replicas have every commit that a client was told of. Aurora's instances share their storage, so none of them
 * ever lacks one; here the writer confirms a commit only when the replicas have it. A replica that dies or hangs is
 * no longer waited for: the writer goes on without it, as it would beside a storage node that failed.
 */
import type { PostgresNode } from "./postgres-node.ts";
import { slotName } from "./postgres-node.ts";

const SILENT_AFTER = "3 seconds";

const FOLLOWERS = `
  select application_name as name, sync_state in ('sync', 'quorum') as waited_for
    from pg_stat_replication
   where state = 'streaming' and now() - reply_time < interval '${SILENT_AFTER}'`;

export class Confirmation {
  /** Undefined until the first look: a writer that ran before this cloud did may wait for anyone. */
  #required: readonly string[] | undefined;
  #complete: ReadonlySet<string> = new Set();
  readonly #log: (message: string) => void;

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  /** Identifiers of the replicas whose word the writer waits for. */
  get required(): readonly string[] {
    return this.#required ?? [];
  }

  /** It may take the writer's place, and nothing that was confirmed is lost. */
  isComplete(node: PostgresNode): boolean {
    return this.#complete.has(node.identifier);
  }

  /** From now on it may lack something. */
  exclude(node: PostgresNode): void {
    this.#complete = new Set([...this.#complete].filter((identifier) => identifier !== node.identifier));
    this.#required = this.required.filter((identifier) => identifier !== node.identifier);
  }

  /** A new writer: nobody follows it yet. */
  startAnew(): void {
    this.#required = [];
    this.#complete = new Set();
  }

  /**
   * Looks at who follows, and requires exactly those. One that has just been required counts as complete from the
   * next look on, when the writer has been seen to wait for it.
   * @param require  puts a changed list into force
   */
  async look(
    writer: PostgresNode,
    replicas: readonly PostgresNode[],
    require: (identifiers: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const rows = await writer.query<{ name: string; waited_for: boolean }>(FOLLOWERS);
    const following = replicas.filter(({ identifier }) => rows.some(({ name }) => name === slotName(identifier)));
    const waitedFor = new Set(rows.filter((row) => row.waited_for).map(({ name }) => name));
    const wanted = following.map(({ identifier }) => identifier).toSorted();
    this.#say(writer, new Set(wanted.filter((identifier) => waitedFor.has(slotName(identifier)))));
    if (wanted.join() === this.#required?.join() && wanted.length === this.#complete.size) return;
    this.#required = wanted;
    await require(wanted);
  }

  #say(writer: PostgresNode, complete: ReadonlySet<string>): void {
    const known = [...this.#complete].join();
    this.#complete = complete;
    if (known === [...complete].join()) return;
    const others = complete.size === 0 ? "alone" : `together with ${[...complete].join(", ")}`;
    this.#log(`the instance ${writer.identifier} confirms commits ${others}`);
  }
}
