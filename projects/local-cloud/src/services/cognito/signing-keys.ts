import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** The key a user pool signs with. Its private half is the pool's own storage: it never leaves the cloud's home. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Keys by pool, stable while the pool lives: a token stays valid over a restart of the cloud. */
export class SigningKeys {
  readonly #folder: string;
  readonly #loaded = new Map<string, Promise<SigningKey>>();

  constructor(home: string) {
    this.#folder = join(home, "cognito");
  }

  async create(poolId: string): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    const file = this.#file(poolId);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Written aside and renamed: a crash leaves either no key or a whole one.
    await writeFile(`${file}.new`, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  of(poolId: string): Promise<SigningKey> {
    const loaded = this.#loaded.get(poolId) ?? this.#load(poolId);
    this.#loaded.set(poolId, loaded);
    // A failure is not kept: the file may be back at the next request.
    loaded.catch(() => this.#loaded.delete(poolId));
    return loaded;
  }

  /** @returns whether the pool still has its key. */
  async exists(poolId: string): Promise<boolean> {
    return await this.#load(poolId).then(
      () => true,
      () => false,
    );
  }

  async remove(poolId: string): Promise<void> {
    this.#loaded.delete(poolId);
    await rm(dirname(this.#file(poolId)), { recursive: true, force: true });
  }

  #file(poolId: string): string {
    return join(this.#folder, poolId, "signing-key.pem");
  }

  async #load(poolId: string): Promise<SigningKey> {
    const privateKey = createPrivateKey(await readFile(this.#file(poolId)));
    const publicKey = createPublicKey(privateKey);
    const der = publicKey.export({ type: "spki", format: "der" });
    return { kid: createHash("sha256").update(der).digest("base64"), privateKey, publicKey };
  }
}
