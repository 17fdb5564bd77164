import type { Cloud, Service } from "../../cloud.ts";
import { getRandomPassword } from "./random-password.ts";
import { secretPolicy } from "./secret-policy.ts";
import { secretRotation } from "./secret-rotation.ts";
import { secret } from "./secret.ts";

/** Secrets live in moto; tasks and functions fetch them there with the ordinary SDK. */
export function secretsmanagerService(_cloud: Cloud): Service {
  return { name: "secretsmanager", resources: [secret, secretPolicy, secretRotation], functions: [getRandomPassword] };
}
