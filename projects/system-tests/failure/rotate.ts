/** Rotations as an operator starts them: by name and date of a version alone, without reading a value. */
import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Operator } from "../src/deployment.ts";
import { eventually } from "../src/eventually.ts";

const ROTATED_WITHIN_MS = 60_000;

export class Rotations {
  readonly #secrets: SecretsManagerClient;
  #done: string[] = [];

  constructor({ endpoint, region, credentials }: Operator) {
    this.#secrets = new SecretsManagerClient({ endpoint, region, credentials });
  }

  /** ARNs in the order in which their rotations ended. */
  get done(): readonly string[] {
    return this.#done;
  }

  /** Resolves when it is over. */
  async rotate(secretArn: string): Promise<void> {
    const before = await this.#lastRotatedAt(secretArn);
    await this.#secrets.send(new RotateSecretCommand({ SecretId: secretArn }));
    await eventually(
      `the rotation of ${secretArn}`,
      async () => ((await this.#lastRotatedAt(secretArn)) > before ? true : undefined),
      ROTATED_WITHIN_MS,
    );
    this.#done.push(secretArn);
  }

  /** Of two logins the one with the older password: that one may rotate. */
  async idleOf(a: string, b: string): Promise<string> {
    const [ofA, ofB] = [await this.#currentSince(a), await this.#currentSince(b)];
    return ofB > ofA ? a : b;
  }

  close(): void {
    this.#secrets.destroy();
  }

  async #lastRotatedAt(secretArn: string): Promise<number> {
    const { LastRotatedDate } = await this.#secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
    return LastRotatedDate?.getTime() ?? 0;
  }

  async #currentSince(secretArn: string): Promise<number> {
    const { Versions = [] } = await this.#secrets.send(new ListSecretVersionIdsCommand({ SecretId: secretArn }));
    const current = Versions.find(({ VersionStages }) => VersionStages?.includes("AWSCURRENT"));
    return current?.CreatedDate?.getTime() ?? 0;
  }
}
