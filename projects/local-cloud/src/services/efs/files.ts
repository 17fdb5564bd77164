/** The data plane of EFS: a folder for each file system, and below it one for each access point. */
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";

export interface CreationInfo {
  readonly ownerUid: number;
  readonly ownerGid: number;
  readonly permissions: string;
}

export class Files {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  pathOf(fileSystemId: string, path = "/"): string {
    return join(this.#cloud.home, "efs", fileSystemId, path);
  }

  exists(fileSystemId: string, path = "/"): boolean {
    return existsSync(this.pathOf(fileSystemId, path));
  }

  async createFileSystem(fileSystemId: string): Promise<void> {
    await mkdir(this.pathOf(fileSystemId), { recursive: true, mode: 0o755 });
  }

  async destroyFileSystem(fileSystemId: string): Promise<void> {
    await rm(this.pathOf(fileSystemId), { recursive: true, force: true });
  }

  /**
   * EFS makes the root of an access point at the first mount, with the owner and mode given; a folder that is there
   * stays as it is. Here it is made at once, because tasks of this machine find it rather than mount it. Only root can
   * give a folder to somebody else: otherwise it stays with the user the cloud runs as.
   */
  async createRoot(fileSystemId: string, path: string, creationInfo: CreationInfo | undefined): Promise<void> {
    const folder = this.pathOf(fileSystemId, path);
    if (existsSync(folder) || !creationInfo) return;
    await mkdir(folder, { recursive: true, mode: 0o755 });
    if (process.getuid?.() === 0) await chown(folder, creationInfo.ownerUid, creationInfo.ownerGid);
    await chmod(folder, parseInt(creationInfo.permissions, 8));
  }

  /** Owner and mode as they are now. */
  async describeRoot(fileSystemId: string, path: string): Promise<CreationInfo> {
    const found = await stat(this.pathOf(fileSystemId, path));
    return {
      ownerUid: found.uid,
      ownerGid: found.gid,
      permissions: (found.mode & 0o7777).toString(8).padStart(4, "0"),
    };
  }
}
