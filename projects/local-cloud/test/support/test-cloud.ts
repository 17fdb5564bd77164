import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud, Service } from "../../src/cloud.ts";
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
    await cloud.start();
  } catch (error) {
    await close();
    throw error;
  }
  return Object.assign(cloud, { logLines, close });
}
