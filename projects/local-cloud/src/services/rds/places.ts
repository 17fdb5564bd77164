/** Where databases and proxies stand in the network, as the account says at the moment. */
import type { Cloud } from "../../cloud.ts";
import type { Destination, NetworkPlace } from "../../network-path/network-paths.ts";
import { CLUSTER, PROXY, PROXY_ENDPOINT } from "./tokens.ts";
import { SUBNET_GROUP } from "./groups.ts";

const POSTGRES_PORT = 5432;

/** All instances of a cluster stand where the cluster says, on the port that it declares. */
export function clusterDestination(cloud: Cloud, identifier: string): Destination {
  const record = cloud.account.byId(CLUSTER, identifier);
  const group = cloud.account.byId(SUBNET_GROUP, record?.outputs.dbSubnetGroupName as string);
  const place = {
    name: `database ${identifier}`,
    subnetIds: (group?.inputs.subnetIds as string[] | undefined) ?? [],
    securityGroupIds: (record?.inputs.vpcSecurityGroupIds as string[] | undefined) ?? [],
  };
  return { kind: "place", place, port: (record?.inputs.port as number | undefined) ?? POSTGRES_PORT };
}

export function proxyPlace(cloud: Cloud, name: string): NetworkPlace {
  return placeOf(`proxy ${name}`, cloud.account.byId(PROXY, name)?.inputs);
}

/** A proxy's own endpoint, or an additional one: the port is the engine family's, whatever the cluster's is. */
export function proxyDestination(cloud: Cloud, proxyName: string, endpointId: string | undefined): Destination {
  const place =
    endpointId === undefined
      ? proxyPlace(cloud, proxyName)
      : placeOf(`proxy endpoint ${endpointId}`, cloud.account.byId(PROXY_ENDPOINT, endpointId)?.inputs);
  return { kind: "place", place, port: POSTGRES_PORT };
}

function placeOf(name: string, inputs: Record<string, unknown> | undefined): NetworkPlace {
  const list = (property: string): readonly string[] => (inputs?.[property] as string[] | undefined) ?? [];
  return { name, subnetIds: list("vpcSubnetIds"), securityGroupIds: list("vpcSecurityGroupIds") };
}
