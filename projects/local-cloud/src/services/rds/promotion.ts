/** A replica takes the writer's place. */
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { removeFolder } from "./data-folder.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { slotName } from "./postgres-node.ts";

const PROMOTION_TIMEOUT_SECONDS = 60;
const RECEIVED = "select coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0' as bytes";

/** Where a writer's data waits until its successor writes. A node without data writes nothing, whatever happens next. */
const setAside = (node: PostgresNode): string => `${node.dataFolder}.former`;

/** Who may take over, in Aurora's order: the lowest promotion tier first. */
export function inOrderOfPromotion(
  replicas: readonly PostgresNode[],
  tierOf: (identifier: string) => number,
): readonly PostgresNode[] {
  return replicas.toSorted(
    (one, other) => tierOf(one.identifier) - tierOf(other.identifier) || one.identifier.localeCompare(other.identifier),
  );
}

export interface Succession {
  /** Undefined when nothing is left of it. Its process has ended. */
  readonly former: PostgresNode | undefined;
  readonly heir: PostgresNode;
  readonly others: readonly PostgresNode[];
  readonly configure: (node: PostgresNode) => Promise<void>;
}

/** When it fails the former writer has its data again. Afterwards the former writer has none, and is made anew as a replica. */
export async function promote({ former, heir, others, configure }: Succession): Promise<void> {
  former?.cutSessions();
  if (former?.hasData()) {
    await discardSetAside(former);
    await rename(former.dataFolder, setAside(former));
  }
  try {
    const [reached] = await heir.query<{ bytes: string }>(RECEIVED);
    await heir.query("select pg_promote(true, $1)", [PROMOTION_TIMEOUT_SECONDS]);
    if (heir.isStandby())
      throw new Error(`PostgreSQL of the instance ${heir.identifier} did not take over the writing.`);
    await configure(heir);
    await heir.reload();
    for (const other of others) await follow(other, heir, BigInt(reached!.bytes), configure);
  } catch (error) {
    if (former && heir.isStandby()) await takeBack(former);
    throw error;
  }
}

/** Its successor writes: what was set aside is of no use any more. */
export async function discardSetAside(node: PostgresNode): Promise<void> {
  await removeFolder(setAside(node));
}

/** The data of a writer whose succession was broken off, if there is any. */
export async function takeBack(node: PostgresNode): Promise<void> {
  if (existsSync(setAside(node)) && !node.hasData()) await rename(setAside(node), node.dataFolder);
}

/** A replica that received more than the heir did has another past, and needs a new copy. */
async function follow(
  other: PostgresNode,
  heir: PostgresNode,
  heirReached: bigint,
  configure: (node: PostgresNode) => Promise<void>,
): Promise<void> {
  const [reached] = other.ready ? await other.query<{ bytes: string }>(RECEIVED) : [];
  if (reached === undefined || BigInt(reached.bytes) > heirReached) {
    await other.stop();
    await removeFolder(other.dataFolder);
    return;
  }
  await heir.query("select pg_create_physical_replication_slot($1, true)", [slotName(other.identifier)]);
  await configure(other);
  await other.reload();
}
