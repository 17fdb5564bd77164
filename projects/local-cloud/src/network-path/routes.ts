/** Route tables: where packets of a subnet go that are not for the VPC itself. */
import type { Account } from "../cloud.ts";
import type { Properties } from "../resource-type.ts";
import { contains, parseCidr, type Cidr } from "../services/ec2/cidr.ts";
import * as token from "../services/ec2/tokens.ts";
import type { Network, Subnet } from "./network.ts";

interface Route {
  readonly cidr: Cidr;
  readonly target: string;
}

export interface RouteTable {
  readonly id: string;
  readonly routes: readonly Route[];
}

const TARGETS = ["gatewayId", "natGatewayId", "vpcEndpointId", "networkInterfaceId", "transitGatewayId"];

export function routesOf(account: Account, routeTableId: string): readonly Route[] {
  const inline = (account.byId(token.ROUTE_TABLE, routeTableId)?.inputs.routes ?? []) as Properties[];
  const own = account.ofType(token.ROUTE).filter(({ inputs }) => inputs.routeTableId === routeTableId);
  const routes = [
    ...inline.map((route) => ({ ...route, destinationCidrBlock: route.cidrBlock })),
    ...own.map(({ inputs }) => inputs),
  ] as Properties[];
  return routes.flatMap((route) => {
    const cidr = parseCidr(String(route.destinationCidrBlock));
    const target = TARGETS.map((name) => route[name] as string | undefined).find((id) => id !== undefined && id !== "");
    return cidr === undefined || target === undefined ? [] : [{ cidr, target }];
  });
}

/** How a subnet's packets leave for an address outside the VPC: through which public subnet, or why they do not. */
export function wayOut(
  network: Network,
  subnet: Subnet,
  block: Cidr,
  publicAddress: boolean,
): { readonly gatewaySubnet: Subnet | undefined } | { readonly missing: string } {
  const target = targetFor(subnet.routeTable, block);
  if (target === undefined)
    return { missing: `route table ${subnet.routeTable.id} of ${subnet.id} has no route out of the VPC` };
  if (network.internetGateways.has(target)) {
    return publicAddress
      ? { gatewaySubnet: undefined }
      : { missing: `the internet gateway ${target} is no way out for an interface without a public address` };
  }
  const gatewaySubnet = network.subnets.get(network.natSubnets.get(target) ?? "");
  if (gatewaySubnet === undefined)
    return { missing: `the route of ${subnet.routeTable.id} leads to ${target}, which is no way to the internet` };
  const beyond = targetFor(gatewaySubnet.routeTable, block);
  return beyond !== undefined && network.internetGateways.has(beyond)
    ? { gatewaySubnet }
    : {
        missing: `route table ${gatewaySubnet.routeTable.id} of the NAT gateway ${target} has no route to an internet gateway`,
      };
}

/** The narrowest route that covers the block. */
function targetFor({ routes }: RouteTable, block: Cidr): string | undefined {
  return routes.filter(({ cidr }) => contains(cidr, block)).toSorted((a, b) => b.cidr.prefix - a.cidr.prefix)[0]
    ?.target;
}
