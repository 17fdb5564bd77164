/** What a person reads of a run: per layer what was looked at, what is wrong and what to do; then what was let pass. */
import type { Exemption } from "./exemption.ts";
import type { Violation, Waiting } from "./evaluate.ts";
import { type LayerResult, mandatory, type PackResult } from "./run.ts";

export function describe(stack: string, result: PackResult): string {
  const lines = [
    ...result.layers.flatMap(describeLayer),
    ...result.absent.map((layer) => `${layer.padEnd(9)} has no state in stack ${stack}: not looked at`),
    ...describeExceptions(result),
  ];
  const wrong = mandatory(result).length;
  lines.push(
    wrong > 0
      ? `${wrong} mandatory ${wrong === 1 ? "rule is" : "rules are"} broken in stack ${stack}: the engine would refuse it.`
      : `No mandatory rule is broken in stack ${stack}.`,
  );
  return lines.join("\n");
}

function describeLayer({ layer, resources, rules, violations, waiting }: LayerResult): readonly string[] {
  const wrong = violations.filter(({ rule }) => rule.level === "mandatory");
  const advice = violations.filter(({ rule }) => rule.level === "advisory");
  return [
    `${layer.padEnd(9)} ${resources} resources, ${rules} rules: ${wrong.length} violations, ${advice.length} advisories, ` +
      `${waiting.length} checks wait for values`,
    ...wrong.flatMap((violation) => describeViolation("VIOLATION", violation)),
    ...advice.flatMap((violation) => describeViolation("advice", violation)),
    ...describeWaiting(waiting),
  ];
}

function describeViolation(kind: string, { rule, urn, message }: Violation): readonly string[] {
  return [`  ${kind} ${rule.id} ${rule.name}: ${shortName(urn)}`, `    ${rule.holds}`, `    ${message}`];
}

/** One line per rule: a plan of a stack that was never deployed has hundreds of them. */
function describeWaiting(waiting: readonly Waiting[]): readonly string[] {
  const names = [...new Set(waiting.map(({ rule }) => rule.name))];
  return names.map((name) => {
    const parts = waiting.filter(({ rule }) => rule.name === name);
    const missing = [...new Set(parts.map(({ path }) => path.join(".")))];
    const shown = missing.slice(0, 3).join(", ") + (missing.length > 3 ? ", ..." : "");
    return `  waits     ${name}: ${parts.length} checks need ${shown}`;
  });
}

function describeExceptions({ layers, unused }: PackResult): readonly string[] {
  // One line per exception: it may be written down once for each of several resources.
  const used = new Map<string, { exemption: Exemption; count: number }>();
  for (const { exemption } of layers.flatMap(({ excepted }) => excepted)) {
    const key = `${exemption.id} ${exemption.rule}`;
    used.set(key, { exemption, count: (used.get(key)?.count ?? 0) + 1 });
  }
  return [
    ...[...used.values()].map(
      ({ exemption: { id, rule, reviewBy, owner, reason }, count }) =>
        `${id} lets ${count} pass of ${rule} until ${reviewBy} (${owner}): ${reason}`,
    ),
    ...unused.map(({ id, rule, urn }) => `${id} (${rule}) is needed by nothing here: ${urn}`),
  ];
}

/** `type name` of a URN; the stack itself when there is none. */
function shortName(urn: string | undefined): string {
  if (urn === undefined) return "the stack";
  const [types = "", name = ""] = urn.split("::").slice(2);
  return `${types.split("$").at(-1)} ${name}`;
}
