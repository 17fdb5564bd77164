/** The storage of a cluster as it waits for an instance: before the first one, and after the last one has gone. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runSingleUser } from "./postgres-binaries.ts";
import { createVolume } from "./volume.ts";
import type { VolumeSpec } from "./volume.ts";

export class ClusterStorage {
  readonly #folder: string;
  readonly #resourceId: string;

  constructor(home: string, resourceId: string) {
    this.#resourceId = resourceId;
    this.#folder = join(home, "postgres", resourceId);
  }

  get #volume(): string {
    return join(this.#folder, "volume");
  }

  instanceFolder(identifier: string): string {
    return join(this.#folder, `instance-${identifier}`);
  }

  waits(): boolean {
    return existsSync(join(this.#volume, "PG_VERSION"));
  }

  async create(spec: VolumeSpec): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await createVolume(this.#volume, spec);
    } catch (error) {
      await this.destroy();
      throw error;
    }
  }

  async destroy(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A statement while no server has it. */
  async run(statement: string): Promise<void> {
    await runSingleUser(this.#volume, "postgres", [statement]);
  }

  /** Becomes the data of the instance that writes. */
  async giveTo(dataFolder: string): Promise<void> {
    if (!this.waits()) {
      throw new Error(
        `The storage of the cluster ${this.#resourceId} is gone. Refresh the stack, so that the engine learns of it, then deploy again.`,
      );
    }
    await rename(this.#volume, dataFolder);
  }

  async takeBack(dataFolder: string): Promise<void> {
    await rename(dataFolder, this.#volume);
  }
}
