import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud, Service } from "../../src/cloud.ts";
import { recordingCloud } from "../provider/engine.ts";
import { Resources } from "./resources.ts";

/** An empty account with the recorded types of these services, new for each test. */
export function useRecordedAccount(services: readonly ((cloud: Cloud) => Service)[]): {
  resources: Resources;
  cloud: Cloud;
} {
  const world = {} as { resources: Resources; cloud: Cloud };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "local-cloud-recorded-"));
    world.cloud = recordingCloud(folder);
    world.resources = new Resources(
      Object.assign(world.cloud, { services: services.map((service) => service(world.cloud)) }),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return world;
}
