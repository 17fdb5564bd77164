/** Answers as text for a terminal of 120 columns: a table with numbers, and below it what each number means. */
import { ADMINISTRATION, useColumns, type Cell, type Row } from "./key-table.ts";
import type { GuardedResource } from "./model.ts";
import { STRANGER, type Standing } from "./principals.ts";

const WIDTH = 120;
const CELL_WIDTH = 10;
const STANDINGS: Readonly<Record<Standing, string>> = {
  deployed: "",
  outside: " (outside)",
  named: " (absent)",
  service: " (AWS)",
  stranger: "",
};

/** Numbers the ways in the order in which they are met; the same way has the same number everywhere. */
class Notes {
  private readonly numbers = new Map<string, number>();

  cell({ answer, ways }: Cell): string {
    if (answer === "no") return "-";
    if (answer === "unknown") return "?";
    const numbers = ways.map((way) => {
      if (!this.numbers.has(way)) this.numbers.set(way, this.numbers.size + 1);
      return this.numbers.get(way);
    });
    return `${answer} ${numbers.join(",")}`;
  }

  lines(): readonly string[] {
    return [...this.numbers].flatMap(([way, number]) => wrapped(`${String(number).padStart(3)}  `, way));
  }
}

export function keyTableText(key: GuardedResource, rows: readonly Row[]): string {
  const columns = [...useColumns(key), ...ADMINISTRATION];
  const notes = new Notes();
  const table = sorted(rows).map((row) => [
    shownName(row),
    ...columns.map(({ title }) => notes.cell(row.cells[title] ?? { answer: "no", ways: [] })),
  ]);
  const head = ["principal", ...columns.map(({ title }) => title)];
  return [
    `Key ${key.name} (${key.aliases.join(", ") || "no alias"})`,
    key.arn,
    "",
    ...grid([head, ...table]),
    "",
    ...notes.lines(),
    "",
    ...caveats(rows),
  ].join("\n");
}

/** Who may do one thing to one resource. */
export function actionText(
  action: string,
  arn: string,
  rows: readonly Row[],
  key: GuardedResource | undefined,
): string {
  const notes = new Notes();
  const table = sorted(rows).map((row) => [
    shownName(row),
    notes.cell(row.cells[action] ?? { answer: "no", ways: [] }),
  ]);
  const encrypted =
    key && `Under key ${key.name}: content in clear takes kms:Decrypt as well (make who-can KEY=${key.name}).`;
  return [
    action,
    arn,
    ...(encrypted === undefined ? [] : [encrypted]),
    "",
    ...grid([["principal", "may"], ...table]),
    "",
    ...notes.lines(),
    "",
    ...caveats(rows),
  ].join("\n");
}

const shownName = ({ name, standing }: Row): string => name + STANDINGS[standing];

/** Whoever may do something first. */
function sorted(rows: readonly Row[]): readonly Row[] {
  const something = (row: Row) => Object.values(row.cells).some(({ answer }) => answer !== "no");
  return [...rows.filter(something), ...rows.filter((row) => !something(row))];
}

/** Columns as wide as their widest cell; the first takes what is left. */
function grid(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0), column === 0 ? 0 : CELL_WIDTH - 1),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 1, 0);
  widths[0] = Math.min(widths[0] ?? 0, WIDTH - others);
  return table.map((row) =>
    row
      .map((cell, column) => shortened(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(" ")
      .trimEnd(),
  );
}

/** The end of a name tells it from its neighbours. */
function shortened(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

function caveats(rows: readonly Row[]): readonly string[] {
  const missing = [...new Set(rows.flatMap(({ notEvaluated }) => notEvaluated))];
  return [
    ...wrapped(
      "",
      `"-" is no; "if" holds under the numbered conditions; several numbers are several ways; "?" depends on a policy named below.`,
    ),
    ...wrapped(
      "",
      "(outside): a role of the account that no stack makes. (absent): named by the policy and not deployed. Their own " +
        `policies are not in the states, so they, and "${STRANGER}", are taken to have every permission: what stops ` +
        "them is the resource's policy. (AWS): a service in its own name.",
    ),
    ...missing.map((text) => `Not evaluated: ${text}.`),
  ];
}

function wrapped(prefix: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = prefix;
  for (const word of text.split(" ")) {
    if (line.length > prefix.length && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = " ".repeat(prefix.length);
    }
    line += line.length > prefix.length ? ` ${word}` : word;
  }
  return [...lines, line];
}
