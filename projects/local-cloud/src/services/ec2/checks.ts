import type { Cloud } from "../../cloud.ts";
import { known } from "../../known.ts";
import type { CheckFailure, ResourceRecord } from "../../resource-type.ts";
import { parseCidr } from "./cidr.ts";
import { SUBNET } from "./tokens.ts";

/** VPCs and subnets: /16 to /28. */
export function networkBlockFailures(property: string, value: string | undefined): readonly CheckFailure[] {
  if (!known(value)) return [];
  const cidr = parseCidr(value);
  if (cidr === undefined)
    return [
      {
        property,
        reason: `InvalidParameterValue: "${value}" is not a canonical IPv4 block such as 10.40.0.0/16`,
      },
    ];
  if (cidr.prefix >= 16 && cidr.prefix <= 28) return [];
  return [{ property, reason: `InvalidVpc.Range: The CIDR '${value}' is invalid: its mask must be /16 to /28` }];
}

export function blockFailures(property: string, value: string | undefined): readonly CheckFailure[] {
  if (!known(value) || parseCidr(value) !== undefined) return [];
  return [
    {
      property,
      reason: `InvalidParameterValue: "${value}" is not a canonical IPv4 block such as 10.40.0.0/16`,
    },
  ];
}

/** AWS's words for what does not exist; undefined when it does or the program named none. */
export function missing(cloud: Cloud, token: string, id: string | undefined, code: string): string | undefined {
  if (id === undefined || cloud.account.byId(token, id) !== undefined) return undefined;
  return `${code}: The ID '${id}' does not exist.`;
}

/** The other resources of this type: not the one being updated. */
export function others(cloud: Cloud, token: string, self: ResourceRecord | undefined): readonly ResourceRecord[] {
  return cloud.account.ofType(token).filter(({ id }) => id !== self?.id);
}

/** The VPC that subnet groups and their like report: that of the first subnet. */
export function vpcOfSubnets(cloud: Cloud, subnetIds: readonly string[]): string | null {
  const subnet = cloud.account.byId(SUBNET, subnetIds[0] ?? "");
  return (subnet?.inputs.vpcId as string | undefined) ?? null;
}
