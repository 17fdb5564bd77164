import type { Properties } from "../../resource-type.ts";

/** What a load balancer looks at to choose a rule. */
export interface RequestLine {
  /** Without a port. */
  readonly host: string;
  /** Path and query as the client sent them. */
  readonly url: string;
}

export interface Rule {
  readonly priority: number;
  readonly conditions: readonly Properties[];
  readonly actions: readonly Properties[];
  readonly transforms: readonly Properties[];
}

/** The rule of lowest priority whose conditions all hold. */
export function ruleFor(rules: readonly Rule[], request: RequestLine): Rule | undefined {
  return rules
    .toSorted((a, b) => a.priority - b.priority)
    .find((rule) => rule.conditions.every((condition) => holds(condition, request)));
}

function holds(condition: Properties, { host, url }: RequestLine): boolean {
  if (condition.hostHeader !== undefined) {
    return (condition.hostHeader.values as string[]).some((pattern) => wildcard(pattern, "i").test(host));
  }
  if (condition.pathPattern !== undefined) {
    const path = url.split("?", 1)[0] ?? "/";
    return (condition.pathPattern.values as string[]).some((pattern) => wildcard(pattern, "").test(path));
  }
  return false; // no other kind passes the check of a rule
}

/** `*` stands for any run of characters, `?` for exactly one. */
function wildcard(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, flags);
}

/** A request's path and query after a rule's `url-rewrite`; a pattern that does not match leaves it alone. */
export function rewrittenUrl(transforms: readonly Properties[], url: string): string {
  const rewrite = transforms.find((transform) => transform.type === "url-rewrite")?.urlRewriteConfig?.rewrite;
  return rewrite === undefined ? url : url.replace(new RegExp(rewrite.regex), rewrite.replace);
}

/** The action that ends a rule; authentication, which could come before it, is refused when a rule is checked. */
export function routingAction(actions: readonly Properties[]): Properties | undefined {
  return actions.find((action) => action.type === "forward" || action.type === "fixed-response");
}

/** Target groups of a `forward` action with their weights. */
export function forwardTargets(action: Properties): readonly { arn: string; weight: number }[] {
  const groups: Properties[] = action.forward?.targetGroups ?? [];
  if (groups.length === 0) return [{ arn: action.targetGroupArn, weight: 1 }];
  return groups.map((group) => ({ arn: group.arn, weight: group.weight ?? 1 }));
}

/** @param random in [0, 1) */
export function chooseGroup(groups: readonly { arn: string; weight: number }[], random: number): string | undefined {
  const total = groups.reduce((sum, group) => sum + group.weight, 0);
  let left = random * total;
  for (const group of groups) {
    left -= group.weight;
    if (left < 0) return group.arn;
  }
  return undefined; // all weights are zero
}
