/** The grammar of CloudWatch Logs' filter patterns, as far as a pattern can be wrong: for JSON in braces above all. */

type Token = string;

/** @returns what is wrong with the pattern; undefined when it can be read */
export function patternFault(pattern: string): string | undefined {
  const text = pattern.trim();
  if (text.startsWith("{")) return text.endsWith("}") ? jsonFault(text.slice(1, -1)) : "the brace is not closed";
  if (text.startsWith("[")) return text.endsWith("]") ? undefined : "the bracket is not closed";
  const quotes = text.replaceAll('\\"', "").split('"').length - 1;
  return quotes % 2 === 0 ? undefined : "a quotation mark is not closed";
}

const TOKEN =
  /\s*(?:(&&|\|\||[()]|!=|<=|>=|=|<|>)|("(?:[^"\\]|\\.)*")|(%(?:[^%])+%)|(\$(?:\.?\[[^\]]+\]|\.[\w@/-]+)+)|([^\s()&|=<>!"{}]+))/y;
const COMPARISONS = ["=", "!=", "<", ">", "<=", ">="];
/** What follows a selector instead of a comparison. */
const STATES = ["NOT EXISTS", "IS TRUE", "IS FALSE", "IS NULL"];

function jsonFault(body: string): string | undefined {
  const tokens = tokensOf(body);
  if (typeof tokens === "string") return tokens;
  const position = { at: 0 };
  const fault = disjunction(tokens, position);
  if (fault !== undefined) return fault;
  return position.at === tokens.length ? undefined : `"${tokens[position.at]}" is not expected here`;
}

function tokensOf(body: string): readonly Token[] | string {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (body.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(body);
    if (match === null) return `"${body.slice(from).trim().slice(0, 20)}" cannot be read`;
    tokens.push(match[0].trim());
  }
  return tokens;
}

interface Position {
  at: number;
}

function disjunction(tokens: readonly Token[], position: Position): string | undefined {
  for (;;) {
    const fault = term(tokens, position);
    if (fault !== undefined) return fault;
    if (!["||", "&&"].includes(tokens[position.at] ?? "")) return undefined;
    position.at += 1;
  }
}

function term(tokens: readonly Token[], position: Position): string | undefined {
  if (tokens[position.at] !== "(") return comparison(tokens, position);
  position.at += 1;
  const fault = disjunction(tokens, position);
  if (fault !== undefined) return fault;
  if (tokens[position.at] !== ")") return "a parenthesis is not closed";
  position.at += 1;
  return undefined;
}

function comparison(tokens: readonly Token[], position: Position): string | undefined {
  const [selector, operator, value] = tokens.slice(position.at, position.at + 3);
  if (selector?.startsWith("$") !== true) return `"${selector ?? "}"}" is no selector such as $.eventName`;
  if (STATES.includes(`${operator} ${value}`.toUpperCase())) {
    position.at += 3;
    return undefined;
  }
  if (!COMPARISONS.includes(operator ?? "")) return `after ${selector} comes a comparison, not "${operator ?? "}"}"`;
  if (value === undefined || COMPARISONS.includes(value) || ["(", ")", "&&", "||"].includes(value))
    return `${selector} ${operator} needs a value`;
  if (operator?.startsWith("<") || operator?.startsWith(">"))
    if (!Number.isFinite(Number(value))) return `${selector} ${operator} compares numbers, not ${value}`;
  position.at += 3;
  return undefined;
}
