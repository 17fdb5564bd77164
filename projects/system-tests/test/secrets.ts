/** Where a secret or a student's name could have leaked to: every file that state, logs and outputs are made of. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { registrationOf } from "../src/campus-system.ts";
import type { Deployment } from "../src/deployment.ts";

/** Every credential of the running system, by what it is. */
export async function credentialsOf(deployment: Deployment): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const secrets = new SecretsManagerClient(deployment.operator);
  const { SecretList } = await secrets.send(new ListSecretsCommand({ MaxResults: 100 }));
  for (const { Name } of SecretList ?? []) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    const { password } = JSON.parse(SecretString ?? "{}") as { password?: string };
    if (password) found.set(`password of ${Name}`, password);
  }
  for (const system of Object.keys(deployment.compute.identity.clientIds)) {
    const { clientSecret, apiKey } = await registrationOf(deployment, system);
    found.set(`client secret of ${system}`, clientSecret);
    found.set(`API key of ${system}`, apiKey);
  }
  return found;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/**
 * Names of the needles found, with the file each was found in.
 * @param texts  what commands printed, by a name for each
 */
export function leaks(
  folders: readonly string[],
  texts: Readonly<Record<string, string>>,
  needles: ReadonlyMap<string, string>,
): readonly string[] {
  const haystacks = [
    ...folders.flatMap(filesBelow).map((file) => [file, readFileSync(file, "latin1")] as const),
    ...Object.entries(texts),
  ];
  return haystacks.flatMap(([where, content]) =>
    [...needles]
      .filter(([, needle]) => content.includes(Buffer.from(needle).toString("latin1")))
      .map(([what]) => `${what} in ${where}`),
  );
}
