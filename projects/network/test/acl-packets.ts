/** What network access lists do to a packet: AWS's rules, read from what a stack declared. */
import type { DeclaredResource } from "@records/testing";
import { parseCidr } from "@records/conventions";

export type Tier = "public" | "private" | "isolated";
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}
interface Rule {
  readonly number: number;
  readonly action: string;
  readonly cidrBlock: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

export class Acls {
  readonly #rules: ReadonlyMap<string, readonly Rule[]>;

  constructor(resources: readonly DeclaredResource[]) {
    const tiers = new Map(
      resources
        .filter(({ type }) => type === "aws:ec2/networkAcl:NetworkAcl")
        .map(({ id, urn }) => [id, urn.split("::").at(-1)]),
    );
    const rules = new Map<string, Rule[]>();
    for (const { type, inputs } of resources) {
      if (type !== "aws:ec2/networkAclRule:NetworkAclRule") continue;
      const side = `${tiers.get(inputs.networkAclId)} ${inputs.egress ? "out" : "in"}`;
      const { ruleNumber, ruleAction, cidrBlock, protocol, fromPort, toPort } = inputs;
      rules.set(side, [
        ...(rules.get(side) ?? []),
        { number: ruleNumber, action: ruleAction, cidrBlock, protocol, fromPort, toPort },
      ]);
    }
    this.#rules = rules;
  }

  rules(tier: Tier, side: "in" | "out"): readonly Rule[] {
    return this.#rules.get(`${tier} ${side}`) ?? [];
  }

  lets(tier: Tier, side: "in" | "out", packet: Packet): boolean {
    const other = side === "in" ? packet.from : packet.to;
    const decides = this.rules(tier, side)
      .toSorted((a, b) => a.number - b.number)
      .find(
        ({ cidrBlock, protocol, fromPort, toPort }) =>
          holds(cidrBlock, other) &&
          (protocol === "-1" || (protocol === packet.protocol && fromPort <= packet.port && packet.port <= toPort)),
      );
    return decides?.action === "allow";
  }
}

function holds(cidrBlock: string, address: string): boolean {
  const { first, size } = parseCidr(cidrBlock);
  const { first: at } = parseCidr(`${address}/32`);
  return first <= at && at < first + size;
}
