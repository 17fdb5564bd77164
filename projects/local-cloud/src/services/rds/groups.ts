/** Subnet groups and parameter groups: recorded and checked; parameters also reach the running clusters. */
import type { Cloud } from "../../cloud.ts";
import { failures, fullyKnown, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { vpcOfSubnets } from "../ec2/checks.ts";
import type { Databases } from "./databases.ts";
import { rdsArn } from "./identifiers.ts";
import { parameterFault } from "./parameters.ts";
import type { Parameter } from "./parameters.ts";
import { settingContexts } from "./postgres-binaries.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
export const CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
export const PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup";
export const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";

/** Zones and networks of subnets, by what the account knows of them. */
export function subnetFacts(
  cloud: Cloud,
  ids: readonly string[],
): { zones: Set<string>; vpcs: Set<string>; missing: string[] } {
  const found = ids.map((id) => [id, cloud.account.byId(SUBNET, id)] as const);
  const valuesOf = (name: string) =>
    new Set(found.flatMap(([, subnet]) => (subnet ? [String(subnet.outputs[name] ?? subnet.inputs[name])] : [])));
  return {
    zones: valuesOf("availabilityZone"),
    vpcs: valuesOf("vpcId"),
    missing: found.filter(([, subnet]) => !subnet).map(([id]) => id),
  };
}

/** Why AWS would not take these subnets for a group or a proxy; undefined when it would. */
export function subnetConflict(cloud: Cloud, ids: readonly string[]): string | undefined {
  const { zones, vpcs, missing } = subnetFacts(cloud, ids);
  if (missing.length > 0) return `InvalidSubnet: The subnet ${missing.join(", ")} does not exist.`;
  if (vpcs.size > 1) return "InvalidSubnet: The subnets must all be in the same VPC.";
  if (zones.size < 2) {
    return (
      "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
      `Current AZ coverage: ${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`
    );
  }
  return undefined;
}

export function subnetGroupType(): ResourceType {
  return recordedType({
    token: SUBNET_GROUP,
    id: ({ name }) => String(name),
    arn: (_inputs, id) => rdsArn("subgrp", id),
    replaceOnChanges: ["name", "namePrefix"],
    autoName: "name",
    uniqueBy: ["name"],
    computed: {
      description: ({ description }) => (description as string | undefined) ?? "Managed by Pulumi",
      supportedNetworkTypes: () => ["IPV4"],
      vpcId: ({ subnetIds }, _id, cloud) => vpcOfSubnets(cloud, subnetIds as string[]),
    },
    check: (inputs) =>
      failures((refuse) => {
        const { name, subnetIds } = inputs;
        if (known(name) && (!/^[a-z0-9 ._-]{1,255}$/.test(String(name)) || name === "default")) {
          refuse(
            "name",
            'InvalidParameterValue: The parameter DBSubnetGroupName is not valid: 1 to 255 lower-case letters, digits, spaces, periods, underscores or hyphens, and not "default".',
          );
        }
        if (fullyKnown(subnetIds) && subnetIds.length < 2) {
          refuse("subnetIds", "DBSubnetGroupDoesNotCoverEnoughAZs: A DB subnet group needs subnets in at least 2 AZs.");
        }
      }),
    conflict: (inputs, cloud) => subnetConflict(cloud, inputs.subnetIds as string[]),
    inUse: (record, cloud) => {
      const user = cloud.account
        .ofType("aws:rds/cluster:Cluster")
        .find(({ inputs }) => inputs.dbSubnetGroupName === record.id);
      return (
        user &&
        `InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '${record.id}' because at least one database cluster: ${user.id} is still using it.`
      );
    },
  });
}

export function parameterGroupTypes(databases: Databases): readonly ResourceType[] {
  return [
    parameterGroupType(databases, CLUSTER_PARAMETER_GROUP, "cluster"),
    parameterGroupType(databases, PARAMETER_GROUP, "instance"),
  ];
}

function parameterGroupType(databases: Databases, token: string, kind: "cluster" | "instance"): ResourceType {
  const groupProperty = kind === "cluster" ? "dbClusterParameterGroupName" : "dbParameterGroupName";
  const recorded = recordedType({
    token,
    id: ({ name }) => String(name),
    arn: (_inputs, id) => rdsArn(kind === "cluster" ? "cluster-pg" : "pg", id),
    replaceOnChanges: ["name", "namePrefix", "family", "description"],
    autoName: "name",
    uniqueBy: ["name"],
    computed: { description: ({ description }) => (description as string | undefined) ?? "Managed by Pulumi" },
    check: checkParameterGroup,
    inUse: (record, cloud) => {
      const user = cloud.account
        .all()
        .find(({ type, inputs }) => type.startsWith("aws:rds/cluster") && inputs[groupProperty] === record.id);
      return (
        user &&
        `InvalidDBParameterGroupState: One or more database instances are still members of this parameter group ${record.id}, so the group cannot be deleted`
      );
    },
  });
  return {
    ...recorded,
    create: async (inputs, cloud, urn) => {
      const created = await recorded.create(inputs, cloud, urn);
      await databases.setParameters(kind, created.id, parametersOf(inputs));
      return created;
    },
    update: async (record, inputs, cloud) => {
      const outputs = await recorded.update!(record, inputs, cloud);
      await databases.setParameters(kind, record.id, parametersOf(inputs));
      return outputs;
    },
  };
}

export function parametersOf(inputs: Properties): readonly Parameter[] {
  return (inputs.parameters as readonly Parameter[] | undefined) ?? [];
}

function checkParameterGroup(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { name, family } = inputs;
    if (known(name) && !/^(?=.{1,255}$)[a-z](?!.*--)[a-z0-9.-]*(?<!-)$/.test(String(name))) {
      refuse(
        "name",
        "InvalidParameterValue: The parameter DBParameterGroupName is not a valid identifier: lower-case letters, digits and hyphens, beginning with a letter, at most 255, not ending with a hyphen and without two in a row.",
      );
    }
    if (known(family) && family !== "aurora-postgresql17") {
      refuse(
        "family",
        `InvalidParameterValue: ParameterGroupFamily ${String(family)} is not valid here: aurora-postgresql17 is what runs.`,
      );
    }
    for (const parameter of knownItems<Parameter>(inputs.parameters) ?? []) {
      if (!known(parameter.name) || !known(parameter.value)) continue;
      const fault = parameterFault(parameter, settingContexts());
      if (fault) refuse("parameters", fault);
    }
  });
}
