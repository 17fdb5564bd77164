/** The table of controls as a page: docs/controls.md. */
import path from "node:path";
import { format } from "prettier";
import type { Exemption } from "../exemption.ts";
import {
  evidenceOf,
  missingOf,
  standingOf,
  STANDINGS,
  type Control,
  type Evidence,
  type Standing,
  type Where,
} from "./control.ts";
import { controls } from "./index.ts";
import { readSources, type Sources } from "./sources.ts";

export const PAGE = "docs/controls.md";

/** @returns the page in the form that prettier leaves alone. */
export async function page(root: string): Promise<string> {
  const sources = readSources(root);
  const sections = grouped(controls);
  const text = [
    INTRODUCTION,
    summary(sections),
    ...sections.map(([heading, rows]) => section(heading, rows, sources)),
    accepted(sources.exceptions),
  ].join("\n\n");
  return format(text, { parser: "markdown", printWidth: 120 });
}

const INTRODUCTION = `# Controls

<!-- Made by \`make controls\` from projects/policy/src/controls. Change it there. -->

What published standards ask of an account, and what in this platform answers: for each control the rule of the
specification, the resources, the rule of the policy pack that refuses a stack without it, and the test that shows it.
The platform makes no promise about controls that are not listed: they are about services it does not use.

The numbers are those of AWS Security Hub, which checks three standards here (SEC-41): **FSBP** is AWS Foundational
Security Best Practices 1.0.0, **NIST** is SP 800-53 revision 5, **CIS** is the AWS Foundations Benchmark 3.0.0.
**CIS 1.4** stands for controls that only older editions of that benchmark have. The section "NIST SP 800-53" goes by the
publication's own numbers.

## How to read it

| State         | Means                                                                                                |
| ------------- | ---------------------------------------------------------------------------------------------------- |
| held          | production declares it, and the tests named show it                                                   |
| held in part  | the same but for what is named: an accepted exception, or what Security Hub reports all the same       |
| by exception  | not held, accepted until a date ([Exceptions](#exceptions))                                           |
| not built yet | its resources are still to come; declaring them fails the test of this page until the row is completed |
| by people     | nothing that a program declares: people do it in the account                                          |
| open          | not held, although what it is about is there                                                          |

The numbers in the column "Test" are those of the list below the table; a test that runs for several environments has "…"
in its title. Remarks on single controls follow the list. "nowhere" marks a type that no layer may declare: the control
holds because there is none.

A row is about production. Smaller environments differ where the sizing table says so
(\`shared/conventions/src/sizing.ts\`): a pull request's stack, for instance, has no deletion protection.

This page cannot drift: \`projects/policy/test/controls.test.ts\` compares it with its source, and that with the tests'
titles, with the resources that each layer's inventory pins for production, and with the rules and exceptions of the pack.

## What only AWS can show

Everything here is what the programs declare and what a plan of production holds, without an account. That AWS has it,
and that Security Hub agrees, is seen in the account: Security Hub, the conformance packs and the rules of SEC-43 look at
the real thing all the time, and \`make drift\` compares it with the state. Some controls judge what happens rather than
what is set (a rotation that ran, a key that waits to be deleted, a secret that nobody reads); for those the table names
what makes it happen. Security Hub compares the patterns of the alarms CloudWatch.1 to .14 word for word, and no test here
knows its words.`;

const CATALOGUE = "NIST SP 800-53";
const BENCHMARK = "CIS AWS Foundations Benchmark";

function sectionOf({ id }: Control): string {
  if (id.startsWith("CIS ")) return BENCHMARK;
  return /^[A-Z]{2}-\d/.test(id) ? CATALOGUE : (id.split(".")[0] ?? id);
}

function grouped(all: readonly Control[]): readonly (readonly [string, readonly Control[]])[] {
  const sections = Map.groupBy(all, sectionOf);
  const inOrder = (one: string, other: string): number =>
    Number(one === CATALOGUE) - Number(other === CATALOGUE) || one.localeCompare(other, "en");
  return [...sections.keys()]
    .toSorted(inOrder)
    .map((section) => [
      section,
      (sections.get(section) ?? []).toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
    ]);
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const lines = (cells: readonly string[]): string => cells.join("<br>");

function summary(sections: readonly (readonly [string, readonly Control[]])[]): string {
  const count = (rows: readonly Control[], standing: Standing) =>
    rows.filter((each) => standingOf(each) === standing).length;
  const counts = (rows: readonly Control[]) => STANDINGS.map((standing) => count(rows, standing) || "");
  const all = sections.flatMap(([, rows]) => rows);
  return [
    "## Where it stands",
    "",
    row(["Service", ...STANDINGS, "in all"]),
    row(["---", ...STANDINGS.map(() => "--:"), "--:"]),
    ...sections.map(([heading, rows]) => row([`[${heading}](#${anchor(heading)})`, ...counts(rows), rows.length])),
    row(["**all**", ...counts(all), all.length]),
  ].join("\n");
}

/** As hosts of Markdown make it from a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

/**
 * A table, the tests that it numbers, and what there is to say about single rows. Apart, because a table is as wide as
 * its longest cell.
 */
function section(heading: string, rows: readonly Control[], sources: Sources): string {
  const numbers = [...new Set(rows.flatMap((each) => evidenceOf(each).map((one) => link(one, sources))))];
  return [
    `## ${heading}`,
    "",
    row(["Control", "Asked by", "Says", "Rules", "Resource", "Policy", "Test"]),
    row(["---", "---", "---", "---", "---", "---", "---"]),
    ...rows.map((each) =>
      row([
        `**${each.id}**`,
        lines(each.standards),
        each.says,
        lines(each.rules),
        lines([...resources(each.where ?? {}), ...resources(missingOf(each), "to come"), ...never(each)]),
        lines((each.policies ?? []).map((name) => policy(name, sources))),
        shown(
          each,
          evidenceOf(each).map((evidence) => numbers.indexOf(link(evidence, sources)) + 1),
        ),
      ]),
    ),
    ...(numbers.length > 0 ? ["", "Tests:", "", ...numbers.map((title, index) => `${index + 1}. ${title}`)] : []),
    "",
    ...rows.flatMap((each) => remarks(each).map((remark) => `- **${each.id}** ${remark}`)),
  ].join("\n");
}

function shown(control: Control, numbers: readonly number[]): string {
  const standing = standingOf(control);
  return lines([
    ...(standing === "held" ? [] : [`_${standing}_`]),
    ...(numbers.length > 0 ? [numbers.join(", ")] : []),
  ]);
}

const resources = (where: Where, state?: string): readonly string[] =>
  Object.entries(where).map(
    ([layer, types]) => `${layer}${state ? ` (${state})` : ""}: ${lines(types.map((type) => `\`${type}\``))}`,
  );

const never = ({ never: types = [] }: Control): readonly string[] => types.map((type) => `nowhere: \`${type}\``);

const policy = (name: string, { rules }: Sources): string =>
  `${rules.find((rule) => rule.name === name)?.id ?? ""} ${name}`.trim();

function remarks(control: Control): readonly string[] {
  const note = control.note ? [control.note] : [];
  const exception = "exception" in control && control.exception;
  return [
    ...("reported" in control && control.reported ? [`Security Hub reports ${control.reported}.`] : []),
    ...(exception ? [`[${exception.id}](#exceptions): ${exception.covers}.`] : []),
    ...("notYet" in control ? [control.notYet] : []),
    ...("people" in control ? [control.people] : []),
    ...("open" in control ? [control.open] : []),
    ...note,
  ];
}

/** Titles of tests that run for several environments have a placeholder: the reader sees that there are several. */
function link(evidence: Evidence, { fullTitle }: Sources): string {
  const title = (fullTitle(evidence) ?? evidence.title).replaceAll(/%[a-z]/g, "…");
  return `[${title}](${path.posix.join("..", evidence.file)})`;
}

function accepted(exceptions: readonly Exemption[]): string {
  const byId = Map.groupBy(exceptions, ({ id }) => id);
  return [
    "## Exceptions",
    "",
    "What the policy pack lets pass, and until when (`projects/policy/exceptions.ts`); from the day of its review on a rule",
    "fails again. EXC-2, EXC-3 and EXC-4 of the specification meet no rule of the pack: ECS.5, APIGateway.2 and",
    "SecretsManager.1 name them.",
    "",
    row(["Exception", "Rule", "Why", "Owner", "Review"]),
    row(["---", "---", "---", "---", "---"]),
    ...[...byId].map(([id, [first]]) =>
      row([id, first?.rule ?? "", first?.reason ?? "", first?.owner ?? "", first?.reviewBy ?? ""]),
    ),
  ].join("\n");
}
