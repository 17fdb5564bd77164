/** A process of its own: copies what a replica needs of a writer's data folder, from argument one to argument two. */
import { constants, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders that the replica fills itself; their content on the writer would be wrong there. */
const CONTENT_LEFT_OUT = new Set([
  ...["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"],
]);
const FILES_LEFT_OUT =
  /^(postmaster\.(pid|opts)|postgresql\.conf|postgresql\.auto\.conf\.tmp|backup_label.*|tablespace_map.*|pg_internal\.init.*)$/;

function copyFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true, mode: 0o700 });
      if (!CONTENT_LEFT_OUT.has(entry.name)) copyFolder(source, target);
    } else if (entry.isFile() && !FILES_LEFT_OUT.test(entry.name)) {
      copyOne(source, target);
    }
  }
}

/** A file may vanish while the writer works (a dropped table, a temporary file): the log makes up for it. */
function copyOne(source: string, target: string): void {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("Name the folder to copy and the folder to copy it to.");
copyFolder(from, to);
