import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import yaml from "yaml";
import { type Environment, type Layer, projectFolder } from "./environments.ts";
import type { LocalCloud } from "./local-cloud.ts";

/** The one account a stack's settings allow: twelve digits. */
export function accountOf(root: string, { settings }: Environment, layer: Layer): string {
  const file = join(projectFolder(root, layer), `Pulumi.${settings}.yaml`);
  const { config } = yaml.parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const accounts = config?.["aws:allowedAccountIds"];
  const [account] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  if (typeof account === "string" && /^[0-9]{12}$/.test(account)) return account;
  throw new Error(`${file} allows no account: aws:allowedAccountIds must hold one id of 12 digits.`);
}

/** What the driver knows of a planner; several previews of one stack may share one. */
export interface Planner {
  readonly providers: LocalCloud["providers"];
  readonly pulumiHome: string;
}

/** Tells the processes of other layers' previews of the planner that serves them. */
export const PLANNER_VARIABLE = "RECORDS_PLANNER";

/** Starts what answers the engine for a stack that is only planned, unless one serves it already. It ends with this process. */
export async function startPlanner(root: string, environment: Environment, layer: Layer): Promise<Planner> {
  const shared = process.env[PLANNER_VARIABLE];
  if (shared) return JSON.parse(shared) as Planner;
  const main = join(root, "projects", "local-cloud", "src", "plan.ts");
  const child = spawn(process.execPath, [main, "--stack", environment.stack, "--home", environment.localHome ?? ""], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, RECORDS_PLANNED_ACCOUNT: accountOf(root, environment, layer) },
  });
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Planner;
  throw new Error("The planner ended before it was ready; its own message is above.");
}
