/** Makes a streaming replica: an online copy of the writer's files, as pg_basebackup would take it. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyDataFolder, removeFolder } from "./data-folder.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { slotName } from "./postgres-node.ts";

/**
 * The slot is made first and keeps the log from that point, so the replica finds all of it by streaming.
 * The session that starts the backup must be the one that ends it. A copy takes its place only when it is whole.
 */
export async function copyToReplica(writer: PostgresNode, replica: PostgresNode): Promise<void> {
  const slot = slotName(replica.identifier);
  await dropSlot(writer, replica.identifier);
  await writer.query("select pg_create_physical_replication_slot($1, true)", [slot]);
  const copy = `${replica.dataFolder}.copy`;
  await removeFolder(copy);
  await mkdir(copy, { recursive: true, mode: 0o700 });
  await writer.session(async (client) => {
    await client.query("select pg_backup_start($1, true)", [replica.identifier]);
    await copyDataFolder(writer.dataFolder, copy);
    const stop = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    await writeFile(join(copy, "backup_label"), stop.rows[0]!.labelfile, { mode: 0o600 });
  });
  await mkdir(join(copy, "pg_wal", "archive_status"), { recursive: true, mode: 0o700 });
  await mkdir(join(copy, "pg_wal", "summaries"), { recursive: true, mode: 0o700 });
  await writeFile(join(copy, "standby.signal"), "", { mode: 0o600 });
  await removeFolder(replica.dataFolder);
  await rename(copy, replica.dataFolder);
}

export async function dropSlot(writer: PostgresNode, identifier: string): Promise<void> {
  // The receiver of a replica that has just stopped may hold its slot a moment longer.
  await writer.query(
    "select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active",
    [slotName(identifier)],
  );
  await writer.query("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1", [
    slotName(identifier),
  ]);
}
