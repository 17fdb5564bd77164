import { referred } from "../links.ts";
import { placeOf, purposeOf } from "../place.ts";
import type { Fault, Finding, StackResource, StackRule, StackView } from "../rule.ts";
import { isGiven, UnknownValue } from "../unknown.ts";
import { GROUPS, INTERNET, MATRIX, S3, type Edge } from "./reachability-table.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

export const reachability: StackRule = {
  id: "POL-15",
  name: "reachability-matrix",
  pins: "NET-18..35",
  holds: "Exactly the edges of the reachability matrix are open, each on both of its sides.",
  remedy: "Change the table in projects/network/src/reachability.ts and the specification together, or neither.",
  level: "mandatory",
  scope: "stack",
  check: (stack) => {
    const rules = stack.resources.filter(({ type }) => type === INGRESS || type === EGRESS);
    const isNetwork = placeOf(stack.urn).layer === "network";
    if (!isNetwork && rules.length === 0) return [];
    return () => {
      const seen = rules.map((rule) => read(stack, rule));
      const waiting = seen.find((each) => each instanceof UnknownValue);
      const known = seen.filter((each): each is Seen => !(each instanceof UnknownValue));
      return [
        ...known.map(stray),
        ...(isNetwork ? unnamedGroups(stack) : []),
        () => {
          // A rule whose ends are not known could be any edge: what is too much can be told, what is missing cannot.
          if (waiting) throw waiting;
          return isNetwork ? missing(known) : [];
        },
      ];
    };
  },
};

interface Seen extends Edge {
  readonly rule: StackResource;
  readonly side: "ingress" | "egress";
}

function read(stack: StackView, rule: StackResource): Seen | UnknownValue {
  try {
    const own = groupOf(stack, rule, "securityGroupId");
    const port = Number(rule.props.fromPort);
    if (rule.type === INGRESS) return { rule, side: "ingress", from: otherEnd(stack, rule), to: own, port };
    return { rule, side: "egress", from: own, to: otherEnd(stack, rule), port };
  } catch (error) {
    if (error instanceof UnknownValue) return error;
    throw error;
  }
}

function groupOf(stack: StackView, rule: StackResource, property: string): string {
  const group = referred(stack, rule, property, GROUP);
  return group ? (purposeOf(String(group.props.name)) ?? group.name) : `group ${String(rule.props[property])}`;
}

/** Which properties a rule has says what is at its other end, even where their values are not known. */
function otherEnd(stack: StackView, rule: StackResource): string {
  if (isGiven(rule.props, "referencedSecurityGroupId")) return groupOf(stack, rule, "referencedSecurityGroupId");
  if (isGiven(rule.props, "prefixListId")) return S3;
  const address: unknown = rule.props.cidrIpv4 ?? rule.props.cidrIpv6;
  return address === INTERNET ? INTERNET : `address ${String(address)}`;
}

const named = ({ from, to, port }: Edge): string => `${from} -> ${to}:${port}`;
const TABLE: ReadonlyMap<string, string> = new Map(
  Object.entries(MATRIX).flatMap(([rule, edges]) => edges.map((edge) => [named(edge), rule] as const)),
);

function stray({ rule, side, ...edge }: Seen): Finding {
  const inTable = TABLE.has(named(edge)) && (side === "egress" || !leavesNetwork(edge));
  return !inTable && { about: rule, says: `It opens ${named(edge)} (${side}), which the matrix does not have.` };
}

/** Edges that end outside have one side only. */
const leavesNetwork = ({ to }: Edge): boolean => to === S3 || to === INTERNET;

function missing(seen: readonly Seen[]): readonly string[] {
  const open = new Set(seen.map(({ side, ...edge }) => `${side} ${named(edge)}`));
  return Object.entries(MATRIX).flatMap(([rule, edges]) =>
    edges.flatMap((edge) =>
      (leavesNetwork(edge) ? ["egress"] : ["egress", "ingress"])
        .filter((side) => !open.has(`${side} ${named(edge)}`))
        .map((side) => `${named(edge)} (${rule}) has no ${side} rule.`),
    ),
  );
}

function unnamedGroups({ resources }: StackView): readonly (() => Finding)[] {
  const groups = resources.filter(({ type }) => type === GROUP);
  const purposes = () => groups.map(({ props }) => purposeOf(String(props.name)));
  return [
    ...groups.map((group) => () => {
      const purpose = purposeOf(String(group.props.name)) ?? "";
      const fault: Fault = { about: group, says: `"${purpose}" is no group of the matrix.` };
      return !(GROUPS as readonly string[]).includes(purpose) && fault;
    }),
    () => GROUPS.filter((group) => !purposes().includes(group)).map((group) => `The group ${group} is missing.`),
  ];
}
