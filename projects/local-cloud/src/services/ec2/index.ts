import type { Cloud, Service } from "../../cloud.ts";
import { accountSettings } from "./account-settings.ts";
import { endpointResources } from "./endpoints.ts";
import { flowLogResources } from "./flow-log.ts";
import { ec2Functions } from "./functions.ts";
import { networkAclResources } from "./network-acls.ts";
import { routingResources } from "./routing.ts";
import { securityGroupResources } from "./security-groups.ts";
import { vpcResources } from "./vpc.ts";

export function ec2Service(_cloud: Cloud): Service {
  return {
    name: "ec2",
    resources: [
      ...vpcResources,
      ...routingResources,
      ...endpointResources,
      ...flowLogResources,
      ...securityGroupResources,
      ...networkAclResources,
      ...accountSettings,
    ],
    functions: ec2Functions,
  };
}
