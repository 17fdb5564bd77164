import type { Cloud, Service } from "../../cloud.ts";
import { accountPasswordPolicy } from "./account-password-policy.ts";
import { iamApi } from "./api.ts";
import { openIdConnectProvider } from "./open-id-connect-provider.ts";
import { getPolicyDocument } from "./policy-rendering.ts";
import { iamResources } from "./resources.ts";
import { serviceLinkedRole } from "./service-linked-role.ts";

export function iamService(cloud: Cloud): Service {
  const resources = [...iamResources, openIdConnectProvider, serviceLinkedRole, accountPasswordPolicy];
  const api = { service: "iam", handle: iamApi(cloud) };
  return { name: "iam", resources, functions: [getPolicyDocument], api };
}
