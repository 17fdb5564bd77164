import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type SubnetTier } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Network } from "./vpc.ts";

const EVERYWHERE = "0.0.0.0/0";
/**
 * Ports of answers: NAT and functions use all of them. Without remote desktop's, because a scanner cannot tell an
 * answer from a door; a connection that happens to get that port fails and is tried again.
 */
const ANSWERS_IN = [
  [1024, 3388],
  [3390, 65535],
] as const;

export interface AclRule {
  readonly egress: boolean;
  readonly cidrBlock: string;
  /** `-1` is every protocol. */
  readonly protocol: "tcp" | "-1";
  readonly fromPort: number;
  readonly toPort: number;
}

/** A coarse fence behind the security groups: it knows addresses only, and no answer from a question. */
export function aclRules(tier: SubnetTier, vpcCidr: string): readonly AclRule[] {
  const tcp =
    (egress: boolean) =>
    (cidrBlock: string, fromPort: number, toPort = fromPort): AclRule => ({
      egress,
      cidrBlock,
      protocol: "tcp",
      fromPort,
      toPort,
    });
  const [tcpIn, tcpOut] = [tcp(false), tcp(true)];
  const within = [false, true].map((egress): AclRule => ({
    egress,
    cidrBlock: vpcCidr,
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
  }));
  const answersIn = ANSWERS_IN.map(([from, to]) => tcpIn(EVERYWHERE, from, to));
  switch (tier) {
    // NAT gateways: they ask for those inside, and hand the answers on.
    case "public":
      return [tcpIn(vpcCidr, 443), ...answersIn, tcpOut(EVERYWHERE, 443), tcpOut(vpcCidr, 1024, 65535)];
    case "private":
      return [...within, ...answersIn, tcpOut(EVERYWHERE, 443)];
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
    const named = (["public", "private", "isolated"] as const).map((tier) => {
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
      return acl;
    });
    // Managed and empty: a subnet that somebody adds by hand reaches nothing.
    new aws.ec2.DefaultNetworkAcl(
      "default",
      { defaultNetworkAclId: network.defaultNetworkAclId, ingress: [], egress: [], tags },
      // Once the subnets have left it: those it still had would be written down as its own.
      { parent: this, dependsOn: named },
    );
    this.registerOutputs();
  }
}
