import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { arn, derivedHex, derivedResourceId, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { missing, others } from "./checks.ts";
import { GATEWAY_PREFIX_LISTS } from "./prefix-lists.ts";
import { ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC, VPC_ENDPOINT } from "./tokens.ts";

const typeOf = (inputs: Properties): string => inputs.vpcEndpointType ?? "Gateway";
const isInterface = (inputs: Properties): boolean => typeOf(inputs) === "Interface";
const prefixListOf = (inputs: Properties) => GATEWAY_PREFIX_LISTS.find(({ name }) => name === inputs.serviceName);

const endpoint = recordedType({
  token: VPC_ENDPOINT,
  id: () => newResourceId("vpce"),
  arn: (_, id) => arn("ec2", `vpc-endpoint/${id}`),
  replaceOnChanges: ["vpcId", "serviceName", "vpcEndpointType", "serviceRegion"],
  computed: {
    ownerId: () => ACCOUNT_ID,
    state: () => "available",
    requesterManaged: () => false,
    cidrBlocks: (inputs) => (isInterface(inputs) ? [] : prefixListOf(inputs)?.cidrBlocks),
    prefixListId: (inputs) => (isInterface(inputs) ? "" : prefixListOf(inputs)?.id),
    networkInterfaceIds: (inputs, id) =>
      ((inputs.subnetIds ?? []) as string[]).map((subnetId) => derivedResourceId("eni", id, subnetId)),
    dnsEntries: (inputs, id) =>
      isInterface(inputs)
        ? [
            {
              dnsName: `${id}-${derivedHex(8, id)}.${shortName(inputs)}.${REGION}.vpce.amazonaws.com`,
              hostedZoneId: "Z7HUB22UULQXV",
            },
          ]
        : [],
  },
  derivedInputs: policyAsText("policy"),
  check: (inputs) =>
    failures((refuse) => {
      const { serviceName } = inputs;
      if (
        known(serviceName) &&
        !new RegExp(`^(com\\.amazonaws|aws\\.api)\\.${REGION}\\.[a-z0-9.-]+$`).test(serviceName)
      ) {
        refuse(
          "serviceName",
          `InvalidServiceName: The Vpc Endpoint Service '${serviceName}' does not exist in ${REGION}`,
        );
      }
      if (!known(typeOf(inputs))) return;
      if (!["Gateway", "Interface"].includes(typeOf(inputs))) {
        refuse(
          "vpcEndpointType",
          `"${typeOf(inputs)}" endpoints are not served by the local cloud: Gateway or Interface`,
        );
      }
      if (typeOf(inputs) === "Gateway" && known(serviceName) && prefixListOf(inputs) === undefined) {
        refuse(
          "vpcEndpointType",
          `InvalidParameter: ${serviceName} has no gateway endpoints; say vpcEndpointType "Interface"`,
        );
      }
      const forbidden = isInterface(inputs)
        ? ["routeTableIds"]
        : ["subnetIds", "securityGroupIds", "privateDnsEnabled"];
      for (const name of forbidden) {
        if (known(inputs[name]))
          refuse(name, `InvalidParameter: ${name} is not for endpoints of type ${typeOf(inputs)}`);
      }
    }).concat(policyFailures("policy", inputs.policy, { kind: "resource", lengthMax: 20_480 })),
  conflict: (inputs, cloud, self) => {
    const ids = (name: string) => (inputs[name] ?? []) as string[];
    const absent = [
      missing(cloud, VPC, inputs.vpcId, "InvalidVpcId.NotFound"),
      ...ids("subnetIds").map((id) => missing(cloud, SUBNET, id, "InvalidSubnetId.NotFound")),
      ...ids("securityGroupIds").map((id) => missing(cloud, SECURITY_GROUP, id, "InvalidSecurityGroupId.NotFound")),
      ...ids("routeTableIds").map((id) => missing(cloud, ROUTE_TABLE, id, "InvalidRouteTableId.NotFound")),
    ].find((reason) => reason !== undefined);
    if (absent !== undefined) return absent;
    const outside = [
      ...ids("subnetIds").map((id) => cloud.account.byId(SUBNET, id)),
      ...ids("securityGroupIds").map((id) => cloud.account.byId(SECURITY_GROUP, id)),
      ...ids("routeTableIds").map((id) => cloud.account.byId(ROUTE_TABLE, id)),
    ].find((resource) => resource?.inputs.vpcId !== inputs.vpcId);
    if (outside !== undefined) return `InvalidParameter: ${outside.id} is not in the VPC ${inputs.vpcId}.`;
    const vpc = cloud.account.byId(VPC, inputs.vpcId)?.outputs;
    if (inputs.privateDnsEnabled === true && !(vpc?.enableDnsSupport === true && vpc.enableDnsHostnames === true))
      return `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${inputs.vpcId}`;
    const zones = ids("subnetIds").map((id) => cloud.account.byId(SUBNET, id)?.outputs.availabilityZone);
    if (new Set(zones).size < zones.length)
      return "DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the same zone; give one subnet per zone.";
    const sameService = others(cloud, VPC_ENDPOINT, self).find(
      (other) => other.inputs.vpcId === inputs.vpcId && other.inputs.serviceName === inputs.serviceName,
    );
    if (
      sameService !== undefined &&
      inputs.privateDnsEnabled === true &&
      sameService.inputs.privateDnsEnabled === true
    ) {
      return `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${inputs.serviceName} in the VPC (${sameService.id}).`;
    }
    return undefined;
  },
});

function shortName(inputs: Properties): string {
  return String(inputs.serviceName).split(`.${REGION}.`)[1] ?? "";
}

export const endpointResources: readonly ResourceType[] = [endpoint];
