/** Runs rules: what is violated, what waits for values, what an exception covers. */
import { type Exemption, exempts, expired, expiryNote } from "./exemption.ts";
import {
  concerns,
  type Finding,
  type Resource,
  type ResourceRule,
  type Rule,
  type StackRule,
  type StackView,
} from "./rule.ts";
import { UnknownValue } from "./unknown.ts";

export interface Violation {
  readonly rule: Rule;
  /** Undefined: the stack as a whole. */
  readonly urn: string | undefined;
  /** What is wrong, what to do, and which rules say so. */
  readonly message: string;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Parts that could not be judged yet, each with the value it needs. */
  readonly waiting: readonly Waiting[];
  readonly excepted: readonly Excepted[];
}

export interface Waiting {
  readonly rule: Rule;
  readonly urn: string | undefined;
  /** Where in the resource's properties the missing value is. */
  readonly path: readonly string[];
}

export interface Excepted {
  readonly exemption: Exemption;
  readonly urn: string | undefined;
}

/** Exceptions and the day on which they are read. */
export interface Leave {
  readonly exemptions: readonly Exemption[];
  readonly now: Date;
}

export async function judgeResource(rule: ResourceRule, resource: Resource, leave: Leave): Promise<Verdict> {
  if (!concerns(rule, resource)) return NOTHING;
  const gathered = await gather(() => rule.check(resource), resource.urn);
  return conclude(rule, gathered, leave);
}

export async function judgeStack(rule: StackRule, stack: StackView, leave: Leave): Promise<Verdict> {
  return conclude(rule, await gather(() => rule.check(stack), undefined), leave);
}

export function combine(verdicts: readonly Verdict[]): Verdict {
  return {
    violations: verdicts.flatMap(({ violations }) => violations),
    waiting: verdicts.flatMap(({ waiting }) => waiting),
    excepted: verdicts.flatMap(({ excepted }) => excepted),
  };
}

const NOTHING: Verdict = { violations: [], waiting: [], excepted: [] };

interface Gathered {
  readonly faults: { urn: string | undefined; says: string }[];
  readonly missing: { urn: string | undefined; path: readonly string[] }[];
}

async function gather(finding: Finding, urn: string | undefined): Promise<Gathered> {
  const gathered: Gathered = { faults: [], missing: [] };
  const take = async (found: Finding): Promise<void> => {
    if (found === undefined || found === false) return;
    if (typeof found === "string") gathered.faults.push({ urn, says: found });
    else if (typeof found === "function") await attempt(found);
    else if ("says" in found) gathered.faults.push({ urn: found.about.urn, says: found.says });
    else for (const inner of found) await take(inner);
  };
  const attempt = async (part: () => Finding | Promise<Finding>): Promise<void> => {
    try {
      await take(await part());
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      gathered.missing.push({ urn: error.urn ?? urn, path: error.path });
    }
  };
  await take(finding);
  return gathered;
}

function conclude(rule: Rule, { faults, missing }: Gathered, { exemptions, now }: Leave): Verdict {
  const violations: Violation[] = [];
  const excepted: Excepted[] = [];
  for (const { urn, says } of faults) {
    const exemption = exemptions.find((each) => exempts(each, rule.name, urn));
    if (exemption && !expired(exemption, now)) {
      excepted.push({ exemption, urn });
      continue;
    }
    const note = exemption ? ` ${expiryNote(exemption)}` : "";
    violations.push({ rule, urn, message: `${says} ${rule.remedy}${note} (${rule.id}: ${rule.pins})` });
  }
  return { violations, excepted, waiting: missing.map(({ urn, path }) => ({ rule, urn, path })) };
}
