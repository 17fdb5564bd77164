/** Subnets of a planned network with the way out of each: what the VPC component makes is seen by the engine only. */
import type { StateResource } from "@records/deploy";

export interface PlannedSubnet {
  /** `public-1`. */
  readonly name: string;
  readonly publicAddresses: unknown;
  /** What its default route leads to; `undefined` without one. */
  readonly wayOut: "internet gateway" | "NAT gateway" | "something else" | undefined;
}

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

export function plannedSubnets(resources: readonly StateResource[]): readonly PlannedSubnet[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  // A route is a child of its table, and that of its subnet: ids are not known before the deployment.
  const subnetOf = (route: StateResource) => byUrn.get(route.parent ?? "")?.parent;
  const routes = ofType("aws:ec2/route:Route").filter(({ inputs }) =>
    EVERYWHERE.includes(String(inputs?.destinationCidrBlock ?? inputs?.destinationIpv6CidrBlock)),
  );
  return ofType("aws:ec2/subnet:Subnet").map(({ urn, inputs }) => {
    const route = routes.find((each) => subnetOf(each) === urn);
    return {
      name: urn.split("::").at(-1)!.replace("network-", ""),
      publicAddresses: inputs?.mapPublicIpOnLaunch as unknown,
      wayOut: route && destination(route),
    };
  });
}

function destination({ inputs }: StateResource): PlannedSubnet["wayOut"] {
  if (inputs?.gatewayId !== undefined) return "internet gateway";
  return inputs?.natGatewayId === undefined ? "something else" : "NAT gateway";
}
