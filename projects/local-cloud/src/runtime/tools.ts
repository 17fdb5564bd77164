import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder outside the working tree with the programs that npm does not bring (moto, Redis, the Pulumi CLI). */
export function toolFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return process.env.RECORDS_TOOLS ?? join(cache, "student-records");
}

/** @throws when the tool is missing, naming the command that brings it */
export function requireTool(relativePath: string): string {
  const path = join(toolFolder(), relativePath);
  if (!existsSync(path)) {
    throw new Error(
      `${relativePath} is missing in the tool folder ${toolFolder()}. Run "make setup", which puts it there.`,
    );
  }
  return path;
}
