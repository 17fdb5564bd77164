/** Makes a streaming replica: an online copy of the writer's files, as pg_basebackup would take it. */
import { constants, copyFile, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "./data-folder.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { slotName } from "./postgres-node.ts";

/** There are a thousand small files, and clients of the cloud whose connections wait for the same four threads. */
const COPIES_AT_A_TIME = 2;

/** Folders that the replica fills itself; their content on the writer would be wrong there. */
const CONTENT_LEFT_OUT = new Set([
  ...["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"],
]);
const FILES_LEFT_OUT =
  /^(postmaster\.(pid|opts)|postgresql\.conf|postgresql\.auto\.conf\.tmp|backup_label.*|tablespace_map.*|pg_internal\.init.*)$/;

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
    await copyFolder(writer.dataFolder, copy);
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

async function copyFolder(from: string, to: string): Promise<void> {
  const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) => !FILES_LEFT_OUT.test(name));
  const files = entries.filter((entry) => entry.isFile()).values();
  const copyNext = async (): Promise<void> => {
    for (const { name } of files) await copyOne(join(from, name), join(to, name));
  };
  await Promise.all(Array.from({ length: COPIES_AT_A_TIME }, copyNext));
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    await mkdir(join(to, name), { recursive: true, mode: 0o700 });
    if (!CONTENT_LEFT_OUT.has(name)) await copyFolder(join(from, name), join(to, name));
  }
}

/** A file may vanish while the writer works (a dropped table, a temporary file): the log makes up for it. */
async function copyOne(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
