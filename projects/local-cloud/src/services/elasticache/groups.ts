/** Subnet groups and parameter groups: recorded and checked; parameters also reach the running servers. */
import { arn } from "../../identifiers.ts";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { vpcOfSubnets } from "../ec2/checks.ts";
import type { Caches } from "./caches.ts";
import { parameterFault } from "./parameters.ts";
import type { Parameter } from "./parameters.ts";
import { PARAMETER_GROUP, REPLICATION_GROUP, SUBNET_GROUP } from "./tokens.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
const NAME = /^(?=.{1,255}$)[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;

const description = (inputs: Properties): string => (inputs.description as string | undefined) ?? "Managed by Pulumi";

export function subnetGroupType(): ResourceType {
  return recordedType({
    token: SUBNET_GROUP,
    id: ({ name }) => String(name),
    arn: (_inputs, id) => arn("elasticache", `subnetgroup:${id}`),
    replaceOnChanges: ["name"],
    autoName: "name",
    uniqueBy: ["name"],
    computed: { description, vpcId: ({ subnetIds }, _id, cloud) => vpcOfSubnets(cloud, subnetIds as string[]) },
    check: ({ name, subnetIds }) =>
      failures((refuse) => {
        if (known(name) && !NAME.test(String(name))) {
          refuse(
            "name",
            "InvalidParameterValue: CacheSubnetGroupName must be lower-case letters, digits and hyphens, beginning with a letter.",
          );
        }
        if (Array.isArray(subnetIds) && subnetIds.length === 0)
          refuse("subnetIds", "InvalidParameterValue: Name at least one subnet.");
      }),
    conflict: (inputs, cloud) => {
      const subnets = (inputs.subnetIds as string[]).map((id) => [id, cloud.account.byId(SUBNET, id)] as const);
      const missing = subnets.filter(([, subnet]) => !subnet).map(([id]) => id);
      if (missing.length > 0) return `InvalidSubnet: The subnet ${missing.join(", ")} does not exist.`;
      const vpcs = new Set(subnets.map(([, subnet]) => subnet!.inputs.vpcId));
      return vpcs.size > 1 ? "InvalidSubnet: The subnets must all be in the same VPC." : undefined;
    },
    inUse: (record, cloud) => {
      const user = cloud.account.ofType(REPLICATION_GROUP).find(({ inputs }) => inputs.subnetGroupName === record.id);
      return user && `CacheSubnetGroupInUse: The subnet group ${record.id} is in use by ${user.id}.`;
    },
  });
}

export function parameterGroupType(caches: Caches): ResourceType {
  const recorded = recordedType({
    token: PARAMETER_GROUP,
    id: ({ name }) => String(name),
    arn: (_inputs, id) => arn("elasticache", `parametergroup:${id}`),
    replaceOnChanges: ["name", "family", "description"],
    autoName: "name",
    uniqueBy: ["name"],
    computed: { description },
    check: (inputs) =>
      failures((refuse) => {
        const { name, family } = inputs;
        if (known(name) && !NAME.test(String(name))) {
          refuse(
            "name",
            "InvalidParameterValue: CacheParameterGroupName must be lower-case letters, digits and hyphens, beginning with a letter.",
          );
        }
        if (known(family) && family !== "redis7") {
          refuse(
            "family",
            `InvalidParameterValue: CacheParameterGroupFamily ${String(family)} is not valid here: redis7 is what runs.`,
          );
        }
        for (const parameter of knownItems<Parameter>(inputs.parameters) ?? []) {
          const fault = known(parameter.name) ? parameterFault(parameter) : undefined;
          if (fault) refuse("parameters", fault);
        }
      }),
    inUse: (record, cloud) => {
      const user = cloud.account
        .ofType(REPLICATION_GROUP)
        .find(({ inputs }) => inputs.parameterGroupName === record.id);
      return user && `InvalidCacheParameterGroupState: The parameter group ${record.id} is in use by ${user.id}.`;
    },
  });
  return {
    ...recorded,
    create: async (inputs, cloud, urn) => {
      const created = await recorded.create(inputs, cloud, urn);
      await caches.setParameters(created.id, parametersOf(inputs));
      return created;
    },
    update: async (record, inputs, cloud) => {
      const outputs = await recorded.update!(record, inputs, cloud);
      await caches.setParameters(record.id, parametersOf(inputs));
      return outputs;
    },
  };
}

export function parametersOf(inputs: Properties): readonly Parameter[] {
  return (inputs.parameters as readonly Parameter[] | undefined) ?? [];
}
