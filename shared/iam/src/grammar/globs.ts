/** Whether two patterns have a text in common: a policy's ARN, and the form of a resource type's ARNs. */

/** `any`: any run of characters; `within`: a run without a slash; `one`: one character. */
type Token = { readonly text: string } | "any" | "within" | "one";

const RUN: readonly Token[] = ["any", "within"];
/** Variables of AWS's ARN forms whose values hold no slash: it parts a bucket from its objects. */
const WITHOUT_SLASH = new Set(["BucketName"]);

/** @param pattern a policy's ARN, wildcards and variables included  @param form AWS's form of a resource type's ARNs */
export function arnsMeet(pattern: string, form: string): boolean {
  if (pattern === "*") return true;
  // A variable's value is not known here.
  const expected = parts(pattern.replaceAll(/\$\{[^}]*\}/g, "*"));
  const offered = parts(form);
  if (expected.length < 6) return meet(tokens(pattern), tokens(form));
  return expected.every((part, index) => meet(tokens(part), tokens(offered[index] ?? "")));
}

function parts(arn: string): readonly string[] {
  const all = arn.split(":");
  return all.length < 6 ? all : [...all.slice(0, 5), all.slice(5).join(":")];
}

function tokens(text: string): readonly Token[] {
  return [...text.matchAll(/\$\{([^}]*)\}|[\s\S]/gu)].map(([match, variable]): Token => {
    if (variable !== undefined) return WITHOUT_SLASH.has(variable) ? "within" : "any";
    if (match === "*") return "any";
    return match === "?" ? "one" : { text: match };
  });
}

function meet(a: readonly Token[], b: readonly Token[]): boolean {
  const seen = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const result = step(i, j);
    seen.set(key, result);
    return result;
  };
  const step = (i: number, j: number): boolean => {
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return true;
    if (x !== undefined && RUN.includes(x) && (from(i + 1, j) || (y !== undefined && takes(x, y) && from(i, j + 1))))
      return true;
    if (y !== undefined && RUN.includes(y) && (from(i, j + 1) || (x !== undefined && takes(y, x) && from(i + 1, j))))
      return true;
    if (x === undefined || y === undefined || RUN.includes(x) || RUN.includes(y)) return false;
    return (x === "one" || y === "one" || textOf(x) === textOf(y)) && from(i + 1, j + 1);
  };
  return from(0, 0);
}

/** Whether a run may go on over the other pattern's token. */
function takes(run: Token, token: Token): boolean {
  return run === "any" || textOf(token) !== "/";
}

function textOf(token: Token): string | undefined {
  return typeof token === "object" ? token.text : undefined;
}
