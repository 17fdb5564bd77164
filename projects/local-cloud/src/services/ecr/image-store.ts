import { createHash, randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import type { ImageFile } from "./context.ts";
import type { ImageConfig } from "./dockerfile.ts";

/** An image on this machine: a folder instead of layers. */
export interface StoredImage {
  readonly digest: string;
  readonly rootfs: string;
  readonly config: ImageConfig;
}

/** By repository: digests with their tags. */
type Index = Record<string, Record<string, string[]>>;

/** Images by digest under `<home>/images`, and which repository holds which. */
export class ImageStore {
  readonly #folder: string;
  readonly #file: string;
  #index: Index = {};

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "repositories.json");
  }

  async load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    this.#index = readJson<Index>(this.#file) ?? {};
  }

  /** Lays the files out under the image's digest; an image that is there already is left as it is. */
  async build(files: readonly ImageFile[], config: ImageConfig, base: string): Promise<StoredImage> {
    const digest = digestOf(files, config, base);
    const folder = this.#folderOf(digest);
    if (!(await exists(folder))) {
      const unfinished = join(this.#folder, `building-${randomUUID()}`);
      try {
        for (const file of files) {
          const path = join(unfinished, "rootfs", file.path);
          await mkdir(dirname(path), { recursive: true });
          await copyFile(file.from, path);
          await chmod(path, file.executable ? 0o755 : 0o644);
        }
        await mkdir(join(unfinished, "rootfs", config.workdir), { recursive: true }); // WORKDIR makes the folder
        await writeFile(join(unfinished, "config.json"), JSON.stringify(config, undefined, 1));
        await rename(unfinished, folder);
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
    }
    return { digest, rootfs: join(folder, "rootfs"), config };
  }

  /** @throws the tag names another image and the repository's tags are immutable */
  push(repository: string, image: StoredImage, tags: readonly string[], immutable: boolean): void {
    const images = (this.#index[repository] ??= {});
    for (const tag of tags) {
      const holder = Object.keys(images).find((digest) => images[digest]?.includes(tag));
      if (holder === undefined || holder === image.digest) continue;
      if (immutable) {
        throw new Error(
          `ImageTagAlreadyExistsException: The image tag '${tag}' already exists in the '${repository}' repository ` +
            `and cannot be overwritten because the tag is immutable. Give the changed image another tag.`,
        );
      }
      images[holder] = images[holder]?.filter((held) => held !== tag) ?? [];
    }
    images[image.digest] = [...new Set([...(images[image.digest] ?? []), ...tags])];
    writeJson(this.#file, this.#index);
  }

  imageCount(repository: string): number {
    return Object.keys(this.#index[repository] ?? {}).length;
  }

  /** Forgets a repository, and removes the images no other one holds. */
  async removeRepository(repository: string): Promise<void> {
    const digests = Object.keys(this.#index[repository] ?? {});
    delete this.#index[repository];
    writeJson(this.#file, this.#index);
    const held = new Set(Object.values(this.#index).flatMap((images) => Object.keys(images)));
    for (const digest of digests) {
      if (!held.has(digest)) await rm(this.#folderOf(digest), { recursive: true, force: true });
    }
  }

  /** Undefined: the repository does not hold that image, or its folder is gone. */
  async find(repository: string, { digest, tag }: { digest?: string; tag?: string }): Promise<StoredImage | undefined> {
    const images = this.#index[repository] ?? {};
    const found = Object.keys(images).find((held) =>
      digest === undefined ? images[held]?.includes(tag ?? "latest") : held === digest,
    );
    if (found === undefined) return undefined;
    const folder = this.#folderOf(found);
    if (!(await exists(join(folder, "rootfs")))) return undefined;
    const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as ImageConfig;
    return { digest: found, rootfs: join(folder, "rootfs"), config };
  }

  #folderOf(digest: string): string {
    return join(this.#folder, digest.replace("sha256:", ""));
  }
}

/** The same files and configuration give the same digest, on every machine. */
export function digestOf(files: readonly ImageFile[], config: ImageConfig, base: string): string {
  const content = files.map(({ path, executable, sha256 }) => ({ path, executable, sha256 }));
  return `sha256:${createHash("sha256").update(JSON.stringify({ base, config, content })).digest("hex")}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}
