import { ACCOUNT_ID } from "../../cloud.ts";
import { arn, derivedHex, derivedResourceId, newResourceId } from "../../identifiers.ts";
import { known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { blockFailures, missing, others } from "./checks.ts";
import {
  EIP,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SUBNET,
  VPC,
} from "./tokens.ts";
import { mainRouteTableId } from "./vpc.ts";

const ROUTE_DESTINATIONS = ["destinationCidrBlock", "destinationPrefixListId"] as const;
const ROUTE_TARGETS = [
  "gatewayId",
  "natGatewayId",
  "vpcEndpointId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcPeeringConnectionId",
] as const;

const routeTable = recordedType({
  token: ROUTE_TABLE,
  id: () => newResourceId("rtb"),
  arn: (_, id) => arn("ec2", `route-table/${id}`),
  replaceOnChanges: ["vpcId"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    routes: (inputs) => inputs.routes ?? [],
    propagatingVgws: (inputs) => inputs.propagatingVgws ?? [],
  },
  conflict: (inputs, cloud) => missing(cloud, VPC, inputs.vpcId, "InvalidVpcID.NotFound"),
  inUse: ({ id }, cloud) => {
    const user = cloud.account.ofType(ROUTE_TABLE_ASSOCIATION).find(({ inputs }) => inputs.routeTableId === id);
    return user && `DependencyViolation: The routeTable '${id}' has dependencies and cannot be deleted (${user.id}).`;
  },
});

const given = (inputs: Properties, names: readonly string[]): readonly string[] =>
  names.filter((name) => (inputs[name] ?? undefined) !== undefined);

const route = recordedType({
  token: ROUTE,
  id: (inputs) => `r-${inputs.routeTableId}${parseInt(derivedHex(8, destinationOf(inputs)), 16)}`,
  replaceOnChanges: ["routeTableId", ...ROUTE_DESTINATIONS],
  computed: { instanceId: () => "", instanceOwnerId: () => "", origin: () => "CreateRoute", state: () => "active" },
  check: (inputs) => [
    ...(given(inputs, ROUTE_DESTINATIONS).length === 1
      ? []
      : [{ reason: "InvalidParameterCombination: a route has exactly one destination (IPv6 is not served)" }]),
    ...(given(inputs, ROUTE_TARGETS).length === 1
      ? []
      : [{ reason: `InvalidParameterCombination: a route has exactly one target of ${ROUTE_TARGETS.join(", ")}` }]),
    ...blockFailures("destinationCidrBlock", inputs.destinationCidrBlock),
  ],
  conflict: (inputs, cloud, self) => {
    const tableId = inputs.routeTableId as string | undefined;
    const isMain = cloud.account.ofType(VPC).some(({ id }) => mainRouteTableId(id) === tableId);
    if (!isMain && cloud.account.byId(ROUTE_TABLE, tableId ?? "") === undefined) {
      return missing(cloud, ROUTE_TABLE, tableId, "InvalidRouteTableID.NotFound");
    }
    const absent =
      missing(cloud, INTERNET_GATEWAY, inputs.gatewayId, "InvalidGatewayID.NotFound") ??
      missing(cloud, NAT_GATEWAY, inputs.natGatewayId, "InvalidNatGatewayID.NotFound");
    if (absent !== undefined) return absent;
    const twice = others(cloud, ROUTE, self).some(
      (other) => other.inputs.routeTableId === tableId && destinationOf(other.inputs) === destinationOf(inputs),
    );
    return twice ? `RouteAlreadyExists: The route identified by ${destinationOf(inputs)} already exists.` : undefined;
  },
});

function destinationOf(inputs: Properties): string {
  return inputs.destinationCidrBlock ?? inputs.destinationPrefixListId;
}

const association = recordedType({
  token: ROUTE_TABLE_ASSOCIATION,
  id: () => newResourceId("rtbassoc"),
  replaceOnChanges: ["subnetId", "gatewayId"],
  uniqueBy: ["subnetId"],
  conflict: (inputs, cloud) =>
    missing(cloud, SUBNET, inputs.subnetId, "InvalidSubnetID.NotFound") ??
    missing(cloud, ROUTE_TABLE, inputs.routeTableId, "InvalidRouteTableID.NotFound"),
});

/** Addresses of the range reserved for documentation: nothing here can be reached from outside. */
const publicAddress = (id: string): string => `203.0.113.${(parseInt(derivedHex(2, id), 16) % 254) + 1}`;

const eip = recordedType({
  token: EIP,
  id: () => newResourceId("eipalloc"),
  arn: (_, id) => arn("ec2", `elastic-ip/${id}`),
  replaceOnChanges: ["domain", "publicIpv4Pool", "networkBorderGroup"],
  computed: {
    allocationId: (_, id) => id,
    associationId: () => "",
    publicIp: (_, id) => publicAddress(id),
    publicDns: (_, id) => `ec2-${publicAddress(id).replaceAll(".", "-")}.compute-1.amazonaws.com`,
    privateIp: () => "",
    privateDns: () => "",
    carrierIp: () => "",
    customerOwnedIp: () => "",
    ptrRecord: () => "",
    domain: () => "vpc",
  },
  inUse: ({ id }, cloud) => {
    const user = cloud.account.ofType(NAT_GATEWAY).find(({ inputs }) => inputs.allocationId === id);
    return user && `AuthFailure: the address '${id}' is in use by ${user.id}.`;
  },
});

const natGateway = recordedType({
  token: NAT_GATEWAY,
  id: () => newResourceId("nat"),
  replaceOnChanges: ["allocationId", "subnetId", "connectivityType", "privateIp"],
  computed: {
    publicIp: (inputs) => (inputs.allocationId === undefined ? "" : publicAddress(inputs.allocationId)),
    associationId: (_, id) => derivedResourceId("eipassoc", id),
    networkInterfaceId: (_, id) => derivedResourceId("eni", id),
    autoProvisionZones: () => "",
    autoScalingIps: () => "",
    regionalNatGatewayAddresses: () => [],
    regionalNatGatewayAutoMode: () => "",
    routeTableId: () => "",
  },
  check: (inputs) => {
    const isPublic = !known(inputs.connectivityType) || inputs.connectivityType === "public";
    return isPublic && inputs.allocationId === undefined
      ? [{ property: "allocationId", reason: "MissingParameter: a public NAT gateway needs an allocationId" }]
      : [];
  },
  conflict: (inputs, cloud, self) => {
    const allocationId = inputs.allocationId as string | undefined;
    const absent =
      missing(cloud, SUBNET, inputs.subnetId, "InvalidSubnetID.NotFound") ??
      missing(cloud, EIP, allocationId, "InvalidAllocationID.NotFound");
    if (absent !== undefined) return absent;
    const user = others(cloud, NAT_GATEWAY, self).find(
      (other) => allocationId !== undefined && other.inputs.allocationId === allocationId,
    );
    return (
      user && `Resource.AlreadyAssociated: Elastic IP address [${allocationId}] is already associated with ${user.id}.`
    );
  },
});

export const routingResources: readonly ResourceType[] = [routeTable, route, association, eip, natGateway];
