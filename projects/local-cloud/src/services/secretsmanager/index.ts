import { GetRandomPasswordCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { randomUUID } from "node:crypto";
import type { Cloud, Service } from "../../cloud.ts";
import type { FunctionType } from "../../resource-type.ts";
import { clientOf } from "../../sdk.ts";
import { secretPolicy } from "./secret-policy.ts";
import { secretRotation } from "./secret-rotation.ts";
import { secret } from "./secret.ts";

/** Secrets live in moto; tasks and functions fetch them there with the ordinary SDK. */
export function secretsmanagerService(_cloud: Cloud): Service {
  return { name: "secretsmanager", resources: [secret, secretPolicy, secretRotation], functions: [getRandomPassword] };
}

const getRandomPassword: FunctionType = {
  token: "aws:secretsmanager/getRandomPassword:getRandomPassword",
  invoke: async (args, cloud) => {
    const { RandomPassword } = await clientOf(cloud, SecretsManagerClient).send(
      new GetRandomPasswordCommand({
        PasswordLength: args.passwordLength as number | undefined,
        ExcludeCharacters: args.excludeCharacters as string | undefined,
        ExcludeLowercase: args.excludeLowercase as boolean | undefined,
        ExcludeNumbers: args.excludeNumbers as boolean | undefined,
        ExcludePunctuation: args.excludePunctuation as boolean | undefined,
        ExcludeUppercase: args.excludeUppercase as boolean | undefined,
        IncludeSpace: args.includeSpace as boolean | undefined,
        RequireEachIncludedType: args.requireEachIncludedType as boolean | undefined,
      }),
    );
    return { ...args, id: randomUUID(), randomPassword: RandomPassword };
  },
};
