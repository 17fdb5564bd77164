import type { Cloud, Service } from "../../cloud.ts";
import { alias } from "./alias.ts";
import { key } from "./key.ts";

/** Keys live in moto: what is encrypted under one can be decrypted with it, and only with it. */
export function kmsService(_cloud: Cloud): Service {
  return { name: "kms", resources: [key, alias] };
}
