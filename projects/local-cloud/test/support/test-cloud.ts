import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud, Service } from "../../src/cloud.ts";
import { put } from "./delivery.ts";
import { createCloud } from "../../src/runtime/create-cloud.ts";
import type { RunnableCloud } from "../../src/runtime/create-cloud.ts";

export interface TestCloud extends RunnableCloud {
  /** What the cloud has logged so far, one line each. */
  readonly logLines: readonly string[];
  /** Stops everything the cloud started, children included, and removes its home. */
  close(): Promise<void>;
}

export interface TestCloudOptions {
  /** A home to come back to, for tests of a restart: kept by `close` unless it is the last one. */
  readonly home?: string;
}

/** May do everything, and every service may take it: for tests that are not about roles. */
export const ADMINISTRATOR_ROLE = "arn:aws:iam::000000000000:role/fixture";

async function putAdministrator(cloud: Cloud): Promise<void> {
  const allowed = (statement: object): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const services = ["ecs-tasks", "lambda", "rds"].map((name) => `${name}.amazonaws.com`);
  const trust = allowed({ Principal: { Service: services }, Action: "sts:AssumeRole" });
  const policy = allowed({ Action: "*", Resource: "*" });
  await put(cloud, "aws:iam/role:Role", "fixture", { name: "fixture", assumeRolePolicy: trust }, ADMINISTRATOR_ROLE);
  await put(cloud, "aws:iam/rolePolicy:RolePolicy", "fixture:all", { role: "fixture", name: "all", policy });
}

/** A real cloud in a temporary home. moto starts with the first AWS call that needs it. */
export async function startTestCloud(
  services: readonly ((cloud: Cloud) => Service)[] = [],
  options: TestCloudOptions = {},
): Promise<TestCloud> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), "local-cloud-"));
  const logLines: string[] = [];
  const cloud = await createCloud({
    stack: "local-test",
    home,
    services,
    log: (message) => void logLines.push(message),
    startMoto: "on demand",
  });
  async function close(): Promise<void> {
    await cloud.stop();
    await cloud.processes.stopAll();
    rmSync(home, { recursive: true, force: true });
  }
  try {
    await putAdministrator(cloud);
    await cloud.start();
  } catch (error) {
    await close();
    throw error;
  }
  return Object.assign(cloud, { logLines, close });
}
