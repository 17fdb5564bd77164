import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { EDGES, GROUPS, type Edge, type Group } from "./reachability.ts";

const PURPOSES: Readonly<Record<Group, string>> = {
  "vpc-link": "Where the API gateway enters the network",
  alb: "Internal load balancer",
  "api-task": "Records API tasks",
  relay: "Outbox relay tasks",
  consumer: "Stream consumers",
  migration: "Schema migration function",
  rotation: "Secret rotation function",
  "db-proxy": "Database proxy",
  database: "Database cluster",
  cache: "Cache nodes",
  efs: "Mount targets of the shared file system",
  endpoints: "Interface endpoints of AWS services",
};

type GroupIds = Record<ContractName<Group>, pulumi.Output<string>>;
type ContractName<T extends string> = T extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<ContractName<Rest>>}`
  : T;
const contractName = (group: Group) =>
  group.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof GroupIds;

export interface SecurityGroupsArgs {
  config: Config;
  vpcId: pulumi.Input<string>;
}

/** One group per kind of thing, without rules of its own: every edge of the table is two rule resources. */
export class SecurityGroups extends pulumi.ComponentResource {
  readonly ids: GroupIds;
  private readonly idOf: (group: Group) => pulumi.Output<string>;

  constructor(name: string, { config, vpcId }: SecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:SecurityGroups", name, {}, opts);
    const tags = tagsFor({ classification: "internal", retention: "none" });
    new aws.ec2.DefaultSecurityGroup("default", { vpcId, ingress: [], egress: [], tags }, { parent: this });

    const created = GROUPS.map((group) => {
      const args = { name: config.name(group, "securityGroup"), description: PURPOSES[group], vpcId, tags };
      return [contractName(group), new aws.ec2.SecurityGroup(group, args, { parent: this }).id] as const;
    });
    this.ids = Object.fromEntries(created) as GroupIds;
    this.idOf = (group) => this.ids[contractName(group)];
    for (const edge of EDGES) {
      if (edge.to !== "s3-prefix-list") this.allow(edge);
    }
    this.registerOutputs({ ids: this.ids });
  }

  /** The S3 edges, once the gateway endpoint is there: its address list is their destination. */
  allowGatewayEndpoint(prefixListId: pulumi.Input<string>): void {
    for (const edge of EDGES) {
      if (edge.to === "s3-prefix-list") this.rule(edge, { prefixListId });
    }
  }

  private allow(edge: Edge): void {
    if (edge.to === "internet") return this.rule(edge, { cidrIpv4: "0.0.0.0/0" });
    const to = edge.to as Group;
    this.rule(edge, { referencedSecurityGroupId: this.idOf(to) });
    new aws.vpc.SecurityGroupIngressRule(
      `${to}-from-${edge.from}-${edge.port}`,
      { ...side(edge), securityGroupId: this.idOf(to), referencedSecurityGroupId: this.idOf(edge.from) },
      { parent: this },
    );
  }

  private rule(edge: Edge, destination: Partial<aws.vpc.SecurityGroupEgressRuleArgs>): void {
    new aws.vpc.SecurityGroupEgressRule(
      `${edge.from}-to-${edge.to}-${edge.port}`,
      { ...side(edge), securityGroupId: this.idOf(edge.from), ...destination },
      { parent: this },
    );
  }
}

function side({ port, why, from, to }: Edge) {
  return {
    description: `${from} to ${to}: ${why}`,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
    tags: tagsFor({ classification: "internal", retention: "none" }),
  };
}
