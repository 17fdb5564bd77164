/** Network ACLs: numbered lists at the edge of a subnet, which know no answer from a question. */
import type { Account } from "../cloud.ts";
import type { Properties } from "../resource-type.ts";
import { contains, overlaps, parseCidr, type Cidr } from "../services/ec2/cidr.ts";
import * as token from "../services/ec2/tokens.ts";

/** Ports that Linux gives to the near end of a connection: answers come back to one of them. */
export const ANSWER_PORTS: readonly [number, number] = [32_768, 60_999];

interface AclEntry {
  readonly number: number;
  readonly allow: boolean;
  readonly cidr: Cidr;
  /** Undefined: every protocol and port. */
  readonly tcpPorts: readonly [from: number, to: number] | undefined;
}

export interface Acl {
  readonly id: string;
  readonly ingress: readonly AclEntry[];
  readonly egress: readonly AclEntry[];
}

/** What AWS gives a VPC as its default list. */
export function openAcl(id: string): Acl {
  const everything: AclEntry = { number: 100, allow: true, cidr: parseCidr("0.0.0.0/0")!, tcpPorts: undefined };
  return { id, ingress: [everything], egress: [everything] };
}

export function readAcls(account: Account): {
  readonly byId: ReadonlyMap<string, Acl>;
  readonly ofSubnet: ReadonlyMap<string, Acl>;
} {
  const records = [...account.ofType(token.NETWORK_ACL), ...account.ofType(token.DEFAULT_NETWORK_ACL)];
  const rules = account.ofType(token.NETWORK_ACL_RULE).map(({ inputs }) => inputs);
  const acls = records.map(({ id, inputs }) => {
    const own = (egress: boolean): Properties[] =>
      rules.filter((rule) => rule.networkAclId === id && (rule.egress ?? false) === egress);
    const acl: Acl = {
      id,
      ingress: [...inline(inputs.ingress), ...own(false).flatMap((rule) => entryOf(rule))].toSorted(byNumber),
      egress: [...inline(inputs.egress), ...own(true).flatMap((rule) => entryOf(rule))].toSorted(byNumber),
    };
    return { acl, subnetIds: (inputs.subnetIds ?? []) as string[] };
  });
  return {
    byId: new Map(acls.map(({ acl }) => [acl.id, acl])),
    ofSubnet: new Map(acls.flatMap(({ acl, subnetIds }) => subnetIds.map((id) => [id, acl] as const))),
  };
}

const byNumber = (a: AclEntry, b: AclEntry): number => a.number - b.number;

const inline = (entries: unknown): AclEntry[] =>
  ((entries ?? []) as Properties[]).flatMap((entry) =>
    entryOf({ ...entry, ruleNumber: entry.ruleNo, ruleAction: entry.action }),
  );

function entryOf({ ruleNumber, ruleAction, protocol, cidrBlock, fromPort, toPort }: Properties): AclEntry[] {
  const name = String(protocol).toLowerCase();
  const every = name === "-1" || name === "all";
  const cidr = parseCidr(String(cidrBlock));
  if (cidr === undefined || !(every || name === "tcp" || name === "6")) return [];
  const tcpPorts = every ? undefined : ([Number(fromPort), Number(toPort)] as const);
  return [{ number: Number(ruleNumber), allow: ruleAction === "allow", cidr, tcpPorts }];
}

/** Whether the whole block and all of the ports pass; what no entry names is denied. */
export function passes(
  entries: readonly AclEntry[],
  block: Cidr,
  [from, to]: readonly [from: number, to: number],
): boolean {
  // Between two bounds of entries nothing changes, so one port of each stretch speaks for it.
  const bounds = entries.flatMap(({ tcpPorts }) => (tcpPorts ? [tcpPorts[0], tcpPorts[1] + 1] : []));
  const ports = [from, ...bounds.filter((port) => port > from && port <= to)];
  return ports.every((port) => {
    const first = entries.find(({ allow, cidr, tcpPorts }) => {
      if (tcpPorts !== undefined && !(tcpPorts[0] <= port && port <= tcpPorts[1])) return false;
      return allow ? contains(cidr, block) : overlaps(cidr, block);
    });
    return first?.allow === true;
  });
}
