/** What the table is checked against: tests, inventories, the pack. Read from the repository, so that moving one shows. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { LAYERS, type Layer } from "@records/conventions";
import { exceptions } from "../../exceptions.ts";
import type { Exemption } from "../exemption.ts";
import type { Rule } from "../rule.ts";
import { rules } from "../rules.ts";
import type { Evidence } from "./control.ts";

/** Counts by type and stack (`test/inventory.json`). */
type Inventory = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Sources {
  readonly inventories: Readonly<Record<Layer, Inventory>>;
  readonly rules: readonly Pick<Rule, "id" | "name">[];
  /** Types that a rule of the pack looks at; undefined where it looks at all of them. */
  readonly typesOf: (rule: string) => readonly string[] | undefined;
  readonly exceptions: readonly Exemption[];
  /** The test's title after those of its groups; undefined when the file has no such title. */
  readonly fullTitle: (evidence: Evidence) => string | undefined;
}

export function readSources(root: string): Sources {
  const texts = new Map<string, string | undefined>();
  const textOf = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, textIn(root, file));
    return texts.get(file);
  };
  return {
    inventories: Object.fromEntries(
      LAYERS.map((layer) => [layer, inventoryOf(root, layer)] as const),
    ) as Sources["inventories"],
    rules,
    typesOf: (name) => {
      const rule = rules.find((each) => each.name === name);
      return rule?.scope === "resource" ? rule.types : undefined;
    },
    exceptions,
    fullTitle: ({ file, title }) => {
      const text = textOf(file);
      return text === undefined ? undefined : titleIn(text, title);
    },
  };
}

function inventoryOf(root: string, layer: Layer): Inventory {
  const file = path.join(root, "projects", layer, "test", "inventory.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { resources: Inventory }).resources;
}

function textIn(root: string, file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A test's title after `it(` or `it.each(...)(`, or on a line of its own where the call is broken. */
const TEST = /^\s*(?:it(?:\.each\(.*\))?\(|\].*\)\()?(["'`])(?<title>.+?)\1,/;
const GROUP = /^(\s*)describe(?:\.each\(.*\))?\(["'`](.+?)["'`],/;
const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Finds a title as it is written, and puts before it the titles of the groups that it stands in. */
export function titleIn(text: string, title: string): string | undefined {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => TEST.exec(line)?.groups?.title === title);
  if (at < 0) return undefined;
  let indent = indentOf(lines[at] ?? "");
  const groups: string[] = [];
  for (const line of lines.slice(0, at).toReversed()) {
    const [, space, name] = GROUP.exec(line) ?? [];
    if (space === undefined || name === undefined || space.length >= indent) continue;
    indent = space.length;
    groups.unshift(name);
  }
  return [...groups, title].join(" ");
}
