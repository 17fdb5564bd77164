import type { Cloud } from "../../cloud.ts";
import type { Destination } from "../../network-path/network-paths.ts";
import { REPLICATION_GROUP, SUBNET_GROUP } from "./tokens.ts";

const REDIS_PORT = 6379;

/** Where a group's nodes stand in the network, as the account says at the moment, and the port that it declares. */
export function groupDestination(cloud: Cloud, id: string): Destination {
  const inputs = cloud.account.byId(REPLICATION_GROUP, id)?.inputs;
  const subnets = cloud.account.byId(SUBNET_GROUP, inputs?.subnetGroupName as string);
  const place = {
    name: `cache ${id}`,
    subnetIds: (subnets?.inputs.subnetIds as string[] | undefined) ?? [],
    securityGroupIds: (inputs?.securityGroupIds as string[] | undefined) ?? [],
  };
  return { kind: "place", place, port: (inputs?.port as number | undefined) ?? REDIS_PORT };
}
