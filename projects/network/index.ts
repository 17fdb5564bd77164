import { NetworkContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { Acls } from "./src/acls.ts";
import { Dns } from "./src/dns.ts";
import { Endpoints } from "./src/endpoints.ts";
import { FlowLogs } from "./src/flow-logs.ts";
import { PublicAccess } from "./src/public-access.ts";
import { SecurityGroups } from "./src/security-groups.ts";
import { Network } from "./src/vpc.ts";

const network = new Network("network", config);
const groups = new SecurityGroups("security-groups", { config, vpcId: network.vpcId });
const endpoints = new Endpoints("endpoints", { config, network, groupId: groups.ids.endpoints });
groups.allowGatewayEndpoint(endpoints.s3PrefixListId);
new Acls("acls", { config, network });
new FlowLogs("flow-logs", { config, vpcId: network.vpcId });
new Dns("dns", { config, vpcId: network.vpcId });
new PublicAccess("public-access", config);

export const contract = publish(NetworkContract, {
  vpcId: network.vpcId,
  vpcCidr: config.sizing.vpcCidr,
  availabilityZones: config.zoneNames,
  publicSubnetIds: network.publicSubnetIds,
  privateSubnetIds: network.privateSubnetIds,
  isolatedSubnetIds: network.isolatedSubnetIds,
  securityGroupIds: groups.ids,
  endpointIds: endpoints.ids,
  s3PrefixListId: endpoints.s3PrefixListId,
});
export const contractVersion = 1;
