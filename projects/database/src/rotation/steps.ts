/**
 * The four steps of a rotation as Secrets Manager calls them. Each may be called again after a failure, so each looks
 * first at what is done. What differs from one kind of secret to the next is a `Rotator`.
 */
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { versionState } from "./decisions.ts";
import { readVersion } from "./secret-values.ts";

export interface Rotator {
  /** The value after this one. @throws when the secret must not rotate now; nothing has happened then */
  next(current: string): Promise<string>;
  /** Makes the service take the next value. Safe to repeat. */
  set(next: string, current: string): Promise<void>;
  /** Proves a value by using it. Called for the current one, too, when a schedule is set up. */
  test(value: string, current: string): Promise<void>;
  /** Called once the value is the current one; a failure is tried again. */
  finished?(value: string): Promise<void>;
}

export const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

export interface StepEvent {
  readonly Step: (typeof STEPS)[number];
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

export async function runStep(secrets: SecretsManagerClient, rotator: Rotator, event: StepEvent): Promise<void> {
  const { Step: step, SecretId: secretArn, ClientRequestToken: versionId } = event;
  const { VersionIdsToStages: versions = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
  if (versionState(versions, versionId, secretArn) === "done") {
    const current = step === "finishSecret" ? await readVersion(secrets, secretArn) : undefined;
    if (current !== undefined) await rotator.finished?.(current.text);
    return;
  }
  const current = await readVersion(secrets, secretArn);
  if (current === undefined) {
    throw new Error(
      `The secret ${secretArn} has no current value, so there is none to rotate. Run the bootstrap first.`,
    );
  }
  const pending = await readVersion(secrets, secretArn, "AWSPENDING");
  if (step === "createSecret") {
    if (pending !== undefined) return;
    const put = { SecretId: secretArn, ClientRequestToken: versionId, VersionStages: ["AWSPENDING"] };
    await secrets.send(new PutSecretValueCommand({ ...put, SecretString: await rotator.next(current.text) }));
    return;
  }
  if (pending === undefined) {
    throw new Error(`Version ${versionId} of ${secretArn} has no value: ${step} was called before createSecret.`);
  }
  if (step === "setSecret") return rotator.set(pending.text, current.text);
  if (step === "testSecret") return rotator.test(pending.text, current.text);
  const move = { VersionStage: "AWSCURRENT", MoveToVersionId: versionId, RemoveFromVersionId: current.versionId };
  await secrets.send(new UpdateSecretVersionStageCommand({ SecretId: secretArn, ...move }));
  await rotator.finished?.(pending.text);
}
