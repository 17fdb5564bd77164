/** A request as the firewall looks at it, and the parts of it that a statement may name. */
import type { Properties } from "../../resource-type.ts";

export interface WebRequest {
  readonly sourceIp: string;
  readonly method: string;
  /** As it was sent, with its percent signs. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Parts that a statement may look at here: those that the program's rules decide by. Bodies are not among them. */
export const FIELDS = ["singleHeader", "uriPath", "queryString", "method"] as const;

export function headerOf({ headers }: WebRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === "string" || value === undefined ? value : value.join(",");
}

/** @returns undefined when the request does not have the part: a statement about it does not match then. */
export function partOf(request: WebRequest, field: Properties): string | undefined {
  if (field.singleHeader !== undefined) return headerOf(request, field.singleHeader.name as string);
  if (field.uriPath !== undefined) return request.path;
  if (field.queryString !== undefined) return request.query;
  return request.method;
}

type Transform = (text: string) => string;
export const TRANSFORMATIONS: Readonly<Record<string, Transform>> = {
  NONE: (text) => text,
  LOWERCASE: (text) => text.toLowerCase(),
  URL_DECODE: (text) => decoded(text),
  COMPRESS_WHITE_SPACE: (text) => text.replace(/\s+/g, " "),
};

function decoded(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

export function transformed(text: string, transformations: readonly Properties[] = []): string {
  return transformations
    .toSorted((a, b) => a.priority - b.priority)
    .reduce((value, { type }) => (TRANSFORMATIONS[type as string] ?? ((same) => same))(value), text);
}
