/** The deployed network as the account holds it, put in order once and asked many times. */
import type { Account } from "../cloud.ts";
import { REGION } from "../cloud.ts";
import type { ResourceRecord } from "../resource-type.ts";
import { GATEWAY_PREFIX_LISTS } from "../services/ec2/prefix-lists.ts";
import * as token from "../services/ec2/tokens.ts";
import { defaultNetworkAclId, mainRouteTableId } from "../services/ec2/vpc.ts";
import { openAcl, readAcls, type Acl } from "./acls.ts";
import { routesOf, type RouteTable } from "./routes.ts";
import { readGroups, type PrefixLists, type SecurityGroup } from "./security-groups.ts";
import type { PassedEndpoint } from "./place.ts";
import { parseCidr, type Cidr } from "../services/ec2/cidr.ts";

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: Cidr;
  readonly acl: Acl;
  readonly routeTable: RouteTable;
}

export interface Endpoint extends PassedEndpoint {
  /** `secretsmanager`, `ecr.api`. */
  readonly service: string;
  readonly privateDns: boolean;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly routeTableIds: readonly string[];
}

export interface Network {
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  /** Only of VPCs that the account holds. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly endpoints: readonly Endpoint[];
  /** Subnets of NAT gateways that lead to the internet, by gateway. */
  readonly natSubnets: ReadonlyMap<string, string>;
  readonly internetGateways: ReadonlySet<string>;
  readonly prefixLists: PrefixLists;
}

export function readNetwork(account: Account): Network {
  const vpcIds = new Set(account.ofType(token.VPC).map(({ id }) => id));
  const acls = readAcls(account);
  const associations = new Map<string, string>(
    account.ofType(token.ROUTE_TABLE_ASSOCIATION).map(({ inputs }) => [inputs.subnetId, inputs.routeTableId]),
  );
  const subnets = account.ofType(token.SUBNET).flatMap(({ id, inputs }) => {
    const cidr = parseCidr(String(inputs.cidrBlock));
    const vpcId = inputs.vpcId as string;
    if (cidr === undefined || !vpcIds.has(vpcId)) return [];
    const routeTableId = associations.get(id) ?? mainRouteTableId(vpcId);
    const acl =
      acls.ofSubnet.get(id) ?? acls.byId.get(defaultNetworkAclId(vpcId)) ?? openAcl(defaultNetworkAclId(vpcId));
    const routeTable = { id: routeTableId, routes: routesOf(account, routeTableId) };
    return [[id, { id, vpcId, cidr, acl, routeTable }] as const];
  });
  return {
    groups: readGroups(account),
    subnets: new Map(subnets),
    endpoints: account.ofType(token.VPC_ENDPOINT).map(endpointOf),
    natSubnets: new Map(
      account
        .ofType(token.NAT_GATEWAY)
        .filter(({ inputs }) => (inputs.connectivityType ?? "public") === "public")
        .map(({ id, inputs }) => [id, inputs.subnetId as string]),
    ),
    internetGateways: new Set(account.ofType(token.INTERNET_GATEWAY).map(({ id }) => id)),
    prefixLists: new Map(
      GATEWAY_PREFIX_LISTS.map(({ id, name, cidrBlocks }) => [
        id,
        { service: shortName(name), blocks: cidrBlocks.flatMap((block) => parseCidr(block) ?? []) },
      ]),
    ),
  };
}

function endpointOf({ id, inputs }: ResourceRecord): Endpoint {
  const list = (name: string): readonly string[] => (inputs[name] as string[] | undefined) ?? [];
  return {
    id,
    type: inputs.vpcEndpointType === "Interface" ? "Interface" : "Gateway",
    vpcId: inputs.vpcId as string,
    service: shortName(String(inputs.serviceName)),
    policy: inputs.policy as string | undefined,
    privateDns: inputs.privateDnsEnabled === true,
    subnetIds: list("subnetIds"),
    securityGroupIds: list("securityGroupIds"),
    routeTableIds: list("routeTableIds"),
  };
}

const shortName = (serviceName: string): string => serviceName.split(`.${REGION}.`)[1] ?? serviceName;
