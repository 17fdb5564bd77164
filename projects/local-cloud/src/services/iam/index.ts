import type { Cloud, Service } from "../../cloud.ts";
import { getPolicyDocument } from "./policy-rendering.ts";
import { iamResources } from "./resources.ts";

export function iamService(_cloud: Cloud): Service {
  return { name: "iam", resources: iamResources, functions: [getPolicyDocument] };
}
