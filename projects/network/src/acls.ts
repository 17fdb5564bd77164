import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Network } from "./vpc.ts";

const EVERYWHERE = "0.0.0.0/0";
/** Ports of answers, without remote desktop's: a scanner cannot tell an answer from a door. */
const ANSWERS = [
  [1024, 3388],
  [3390, 65535],
] as const;

export type Tier = "public" | "private" | "isolated";
export interface AclRule {
  readonly egress: boolean;
  readonly cidrBlock: string;
  /** `-1` is every protocol. */
  readonly protocol: "tcp" | "-1";
  readonly fromPort: number;
  readonly toPort: number;
}

/** A coarse fence behind the security groups: it knows addresses only. */
export function aclRules(tier: Tier, vpcCidr: string): readonly AclRule[] {
  const tcp = (egress: boolean, cidrBlock: string, fromPort: number, toPort: number): AclRule => ({
    egress,
    cidrBlock,
    protocol: "tcp",
    fromPort,
    toPort,
  });
  const within = [false, true].map((egress): AclRule => ({
    egress,
    cidrBlock: vpcCidr,
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
  }));
  const answersIn = ANSWERS.map(([from, to]) => tcp(false, EVERYWHERE, from, to));
  const answersOut = ANSWERS.map(([from, to]) => tcp(true, EVERYWHERE, from, to));
  const out = tcp(true, EVERYWHERE, 443, 443);
  switch (tier) {
    case "public":
      return [tcp(false, vpcCidr, 443, 443), ...answersIn, out, ...answersOut];
    case "private":
      return [...within, ...answersIn, out];
    case "isolated":
      return within;
  }
}

export interface AclsArgs {
  config: Config;
  network: Pick<
    Network,
    "vpcId" | "defaultNetworkAclId" | "publicSubnetIds" | "privateSubnetIds" | "isolatedSubnetIds"
  >;
}

export class Acls extends pulumi.ComponentResource {
  constructor(name: string, { config, network }: AclsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:Acls", name, {}, opts);
    const tags = tagsFor({ classification: "internal", retention: "none" });
    const subnets = {
      public: network.publicSubnetIds,
      private: network.privateSubnetIds,
      isolated: network.isolatedSubnetIds,
    };
    for (const tier of ["public", "private", "isolated"] as const) {
      const acl = new aws.ec2.NetworkAcl(
        tier,
        { vpcId: network.vpcId, subnetIds: subnets[tier], tags },
        { parent: this },
      );
      const next = { in: 100, out: 100 };
      for (const { egress, ...rule } of aclRules(tier, config.sizing.vpcCidr)) {
        const side = egress ? "out" : "in";
        const ruleNumber = next[side];
        next[side] += 10;
        new aws.ec2.NetworkAclRule(
          `${tier}-${side}-${ruleNumber}`,
          { networkAclId: acl.id, egress, ruleNumber, ruleAction: "allow", ...rule },
          { parent: this },
        );
      }
    }
    // Managed and empty: a subnet that somebody adds by hand reaches nothing.
    new aws.ec2.DefaultNetworkAcl(
      "default",
      { defaultNetworkAclId: network.defaultNetworkAclId, tags },
      { parent: this },
    );
    this.registerOutputs();
  }
}
