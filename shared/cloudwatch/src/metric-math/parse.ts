/**
 * CloudWatch's metric math as a tree. Functions are written in capitals, names of metrics begin with a small letter.
 * Source: "Using math expressions with CloudWatch metrics", CloudWatch user guide.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "metric"; readonly id: string }
  | { readonly kind: "text"; readonly value: string }
  /** REPEAT, LINEAR, ASC: words that some functions take. */
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "negative"; readonly of: Expression }
  | {
      readonly kind: "operation";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };
export type Operator = "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "AND" | "OR";

/** An expression that CloudWatch would refuse. */
export class MathFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MathFault";
  }
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(['"])(.*?)\3|(==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;
/** From what binds least to what binds most. */
const LEVELS: readonly (readonly Operator[])[] = [
  ["OR"],
  ["AND"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];

interface Token {
  readonly kind: "number" | "name" | "text" | "sign" | "end";
  readonly text: string;
}

/** @throws {MathFault} what cannot be read */
export function parseMath(text: string): Expression {
  const reader = new Reader(tokensOf(text));
  const expression = reader.level(0);
  reader.expect("end");
  return expression;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new MathFault(`"${text.slice(from).trim().slice(0, 20)}" cannot be read`);
    const [, number, name, , quoted, sign] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted });
    else tokens.push({ kind: "sign", text: { "&&": "AND", "||": "OR" }[sign!] ?? sign! });
  }
  return [...tokens, { kind: "end", text: "the end" }];
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  expect(kind: Token["kind"], text?: string): Token {
    const token = this.#next;
    if (token.kind !== kind || (text !== undefined && token.text !== text))
      throw new MathFault(`"${text ?? kind}" is expected, not "${token.text}"`);
    this.#at += 1;
    return token;
  }

  level(index: number): Expression {
    const operators = LEVELS[index];
    if (operators === undefined) return this.#value();
    let left = this.level(index + 1);
    for (;;) {
      const operator = operators.find((each) => each === this.#next.text && this.#next.kind !== "text");
      if (operator === undefined) return left;
      this.#at += 1;
      left = { kind: "operation", operator, left, right: this.level(index + 1) };
    }
  }

  #value(): Expression {
    const token = this.#next;
    this.#at += 1;
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "text":
        return { kind: "text", value: token.text };
      case "name":
        if (this.#next.text === "(") return { kind: "call", name: token.text, args: this.#items("(", ")") };
        return /^[a-z]/.test(token.text) ? { kind: "metric", id: token.text } : { kind: "word", value: token.text };
      case "sign":
        if (token.text === "-") return { kind: "negative", of: this.#value() };
        this.#at -= 1;
        if (token.text === "[") return { kind: "list", items: this.#items("[", "]") };
        if (token.text === "(") {
          const [only, ...more] = this.#items("(", ")");
          if (only !== undefined && more.length === 0) return only;
        }
        throw new MathFault(`"${token.text}" is not expected here`);
      case "end":
        throw new MathFault("something is missing at the end");
    }
  }

  #items(open: string, close: string): readonly Expression[] {
    this.expect("sign", open);
    const items: Expression[] = [];
    while (this.#next.text !== close || this.#next.kind !== "sign") {
      if (items.length > 0) this.expect("sign", ",");
      items.push(this.level(0));
    }
    this.expect("sign", close);
    return items;
  }
}
