/** A driver that was killed in the middle of a deployment leaves a lock and unfinished creations: this mends both. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./environments.ts";
import { callLocalCloud } from "./local-cloud.ts";
import type { Workspace } from "./workspace.ts";

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly { readonly urn: string; readonly id?: string }[];
      readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
    };
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Process ids that hold a lock of this stack in a file backend. */
function lockHolders(stateFolder: string, project: string, stack: string): number[] {
  const folder = join(stateFolder, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map(
    (file) => (JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number }).pid,
  );
}

/** URNs whose creation was begun and never reported finished, and the ids that the state does know under them. */
function pendingCreations(stateFolder: string, project: string, stack: string): { urns: string[]; knownIds: string[] } {
  const file = join(stateFolder, ".pulumi", "stacks", project, `${stack}.json`);
  if (!existsSync(file)) return { urns: [], knownIds: [] };
  const latest = (JSON.parse(readFileSync(file, "utf8")) as Checkpoint).checkpoint?.latest;
  const urns = (latest?.pending_operations ?? []).filter((o) => o.type === "creating").map((o) => o.resource.urn);
  const knownIds = (latest?.resources ?? []).flatMap(({ urn, id }) => (id && urns.includes(urn) ? [id] : []));
  return { urns, knownIds };
}

/**
 * Before a verb that changes a stack on this machine. On AWS both are a person's decision (`pulumi cancel`, `pulumi refresh`):
 * another machine may hold the lock.
 * @throws when a living process holds the lock
 */
export async function mendInterruptedRun(root: string, environment: Environment, workspace: Workspace): Promise<void> {
  if (!environment.localHome) return;
  const stateFolder = join(environment.localHome, "state");
  const holders = lockHolders(stateFolder, workspace.project, environment.stack);
  const living = holders.filter(isAlive);
  if (living.length > 0) {
    throw new Error(
      `Another run (process ${living.join(", ")}) is changing ${workspace.project} of stack ${environment.stack}. Wait for it, or end it, then try again.`,
    );
  }
  if (holders.length > 0) {
    process.stderr.write(`  an earlier run of ${workspace.project} was killed: its lock is taken away\n`);
    await workspace.stack.cancel();
  }
  const { urns, knownIds } = pendingCreations(stateFolder, workspace.project, environment.stack);
  if (urns.length === 0) return;
  process.stderr.write(`  ${urns.length} creation(s) were cut short: what they left is removed\n`);
  const keep = knownIds.length > 0 ? ["--keep-id", ...knownIds] : [];
  await callLocalCloud(root, ["discard", "--stack", environment.stack, ...urns, ...keep]);
  await workspace.stack.refresh({ clearPendingCreates: true });
}
