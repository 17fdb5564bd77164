/**
 * What a target is sent of an event: all of it, a part, a constant, or a text with parts of it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import type { Event } from "./event.ts";

export interface Transformation {
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: {
    readonly inputPaths?: Readonly<Record<string, string>>;
    readonly inputTemplate: string;
  };
}

export interface RuleFacts {
  readonly name: string;
  readonly arn: string;
}

const STEP = /\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d+|\*)\]/g;
const PATH = /^\$(\.[A-Za-z0-9_-]+|\['[^']+'\]|\[(\d+|\*)\])*$/;

export function isPath(path: string): boolean {
  return PATH.test(path);
}

/** @returns JSON or text; `undefined` when the template makes no JSON of this event although it begins as such */
export function transformed(event: Event, { input, inputPath, inputTransformer }: Transformation, rule: RuleFacts) {
  if (input !== undefined) return input;
  if (inputPath !== undefined) return JSON.stringify(valueAt(event, inputPath) ?? null);
  if (inputTransformer === undefined) return JSON.stringify(event);
  const { inputTemplate: template, inputPaths = {} } = inputTransformer;
  const variables = new Map<string, unknown>(
    Object.entries(inputPaths).map(([name, path]) => [name, valueAt(event, path)]),
  );
  variables.set("aws.events.rule-arn", rule.arn).set("aws.events.rule-name", rule.name);
  variables.set("aws.events.event.ingestion-time", event.time);
  variables.set("aws.events.event.json", event).set("aws.events.event", withoutDetail(event));
  const text = filled(template, variables);
  return /^\s*[{[]/.test(template) && !isJson(text) ? undefined : text;
}

/** Within quotes a variable is written as text, elsewhere as JSON; one that the event does not have is left out. */
function filled(template: string, variables: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([^<>]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !variables.has(name)) return token;
    const value = variables.get(name);
    if (value === undefined) return "";
    if (!quoted) return JSON.stringify(value);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

function withoutDetail({ detail: _detail, ...rest }: Event): Omit<Event, "detail"> {
  return rest;
}

function valueAt(event: Event, path: string): unknown {
  let values: readonly unknown[] = [event];
  let many = false;
  for (const [, name, quotedName, index] of path.matchAll(STEP)) {
    many ||= index === "*";
    values = values.flatMap((value) => {
      if (index === "*") return Array.isArray(value) ? (value as unknown[]) : [];
      if (index !== undefined)
        return Array.isArray(value) && value.length > Number(index) ? [value[Number(index)]] : [];
      const key = name ?? quotedName ?? "";
      const holder = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
      return Object.hasOwn(holder, key) ? [holder[key]] : [];
    });
  }
  return many ? values : values[0];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
