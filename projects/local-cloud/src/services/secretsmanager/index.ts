import type { Cloud, Service } from "../../cloud.ts";
import { secretsmanagerApi } from "./api.ts";
import { getRandomPassword } from "./random-password.ts";
import { Rotations } from "./rotations.ts";
import { secretPolicy } from "./secret-policy.ts";
import { secretRotation } from "./secret-rotation.ts";
import { secret } from "./secret.ts";

/** What other services of the cloud ask of Secrets Manager. */
export interface SecretsmanagerService extends Service {
  /** Behind the condition key `secretsmanager:resource/AllowRotationLambdaArn`: absent while no rotation is set up. */
  rotationFunctionOf(secretArn: string): string | undefined;
}

/** Secrets live in moto; tasks and functions fetch them there with the ordinary SDK. Their rotation lives here. */
export function secretsmanagerService(cloud: Cloud): SecretsmanagerService {
  const rotations = new Rotations(cloud);
  return {
    name: "secretsmanager",
    resources: [secret, secretPolicy, secretRotation],
    functions: [getRandomPassword],
    api: { service: "secretsmanager", handle: secretsmanagerApi(cloud, rotations) },
    rotationFunctionOf: (secretArn) => rotations.of(secretArn)?.functionArn,
    start: () => Promise.resolve(rotations.start()),
    stop: () => rotations.stop(),
  };
}
