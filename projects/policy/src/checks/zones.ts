import { placeOf } from "../place.ts";
import type { Fault, Finding, StackResource, StackRule } from "../rule.ts";

/** By type: what must be at least two, so that the loss of one zone takes none of it away. */
const SPREAD: Readonly<Record<string, readonly ((resource: StackResource) => Finding)[]>> = {
  "aws:rds/subnetGroup:SubnetGroup": [several("subnetIds")],
  "aws:elasticache/subnetGroup:SubnetGroup": [several("subnetIds")],
  "aws:elasticache/replicationGroup:ReplicationGroup": [
    ({ props }) => Number(props.numCacheClusters ?? 0) < 2 && "The cache has fewer than two nodes.",
    ({ props }) => props.multiAzEnabled !== true && "The cache's nodes may share a zone (multiAzEnabled).",
  ],
  "aws:rds/proxy:Proxy": [several("vpcSubnetIds")],
  "aws:lb/loadBalancer:LoadBalancer": [several("subnets")],
  "aws:ecs/service:Service": [
    ({ props }) =>
      [(props.networkConfiguration as { subnets?: unknown } | undefined)?.subnets ?? []].flat().length < 2 &&
      "The service's tasks share a subnet.",
    ({ props }) => props.availabilityZoneRebalancing !== "ENABLED" && "availabilityZoneRebalancing is not ENABLED.",
  ],
  "aws:appautoscaling/target:Target": [
    ({ props }) => Number(props.minCapacity ?? 0) < 2 && "The service may shrink to fewer than two tasks.",
  ],
};

/** Types of which the stack must have several, each in a place of its own. */
const APART: Readonly<Record<string, string>> = {
  "aws:rds/clusterInstance:ClusterInstance": "availabilityZone",
  "aws:efs/mountTarget:MountTarget": "subnetId",
};

export const severalZones: StackRule = {
  id: "POL-18",
  name: "several-zones",
  pins: "OPS-21, OPS-54, DATA-38",
  holds: "In staging and prod the loss of one Availability Zone takes no service away.",
  remedy: "Give it a second subnet, instance, node or task in another zone; the sizing table has the counts.",
  level: "mandatory",
  scope: "stack",
  check: ({ resources, urn }) => {
    if (!placeOf(urn).lasting) return [];
    return [
      ...resources.flatMap((resource) =>
        (SPREAD[resource.type] ?? []).map((judge) => () => {
          const says = judge(resource);
          return typeof says === "string" ? ({ about: resource, says } satisfies Fault) : says;
        }),
      ),
      ...Object.entries(APART).map(
        ([type, property]) =>
          () =>
            together(resources, type, property),
      ),
    ];
  },
};

function several(property: string) {
  return ({ props }: StackResource): Finding =>
    [props[property] ?? []].flat().length < 2 && `${property} names fewer than two subnets.`;
}

function together(resources: readonly StackResource[], type: string, property: string): Finding {
  const found = resources.filter((resource) => resource.type === type);
  const [first] = found;
  if (first === undefined) return [];
  const places = new Set(found.map(({ props }) => props[property] as unknown));
  return places.size < 2 && { about: first, says: `All ${type} of the stack are in one place (${property}).` };
}
