import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import { failures, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";

export const CLUSTER = "aws:ecs/cluster:Cluster";
const SERVICE = "aws:ecs/service:Service";

const clusterArn = (name: string): string => `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:cluster/${name}`;

export const clusterType = recordedType({
  token: CLUSTER,
  autoName: "name",
  uniqueBy: ["name"],
  id: (inputs) => clusterArn(inputs.name),
  arn: (_inputs, id) => id,
  replaceOnChanges: ["name"],
  inUse: (record, cloud) =>
    cloud.account.ofType(SERVICE).some(({ inputs }) => clusterNameOf(inputs.cluster) === record.inputs.name)
      ? "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active."
      : undefined,
});

export const clusterCapacityProvidersType = recordedType({
  token: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  id: (inputs) => inputs.clusterName,
  uniqueBy: ["clusterName"],
  replaceOnChanges: ["clusterName"],
  check: (inputs) =>
    failures((refuse) => {
      for (const provider of knownItems<string>(inputs.capacityProviders) ?? []) {
        if (provider !== "FARGATE" && provider !== "FARGATE_SPOT") {
          refuse("capacityProviders", `the local cloud has FARGATE and FARGATE_SPOT, not ${provider}`);
        }
      }
    }),
  conflict: (inputs, cloud) => clusterFault(cloud, inputs.clusterName),
});

/** A cluster is named by its name or its ARN. */
export const clusterNameOf = (reference: string): string => reference.split("/").at(-1) ?? reference;

export function clusterFault(cloud: Cloud, reference: string): string | undefined {
  return cloud.account.byId(CLUSTER, clusterArn(clusterNameOf(reference))) === undefined
    ? `ClusterNotFoundException: Cluster not found: ${reference}.`
    : undefined;
}
