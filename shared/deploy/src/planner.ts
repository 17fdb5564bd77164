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

/** Starts what answers the engine for a stack on AWS that is only planned. It ends with this process. */
export async function startPlanner(
  root: string,
  environment: Environment & { readonly localHome?: string | undefined },
  layer: Layer,
): Promise<Pick<LocalCloud, "providers">> {
  const main = join(root, "projects", "local-cloud", "src", "plan.ts");
  const child = spawn(process.execPath, [main, "--stack", environment.stack, "--home", environment.localHome ?? ""], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, RECORDS_PLANNED_ACCOUNT: accountOf(root, environment, layer) },
  });
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Pick<LocalCloud, "providers">;
  throw new Error("The planner ended before it was ready; its own message is above.");
}
