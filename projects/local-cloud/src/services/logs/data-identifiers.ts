/**
 * What CloudWatch Logs takes for personal data: managed identifiers, of which some want a keyword within thirty
 * characters before or behind, and identifiers that a policy defines by an expression of its own.
 * Source: "Types of data that you can protect", CloudWatch Logs user guide.
 */

/** Managed identifiers this cloud can find, by the last part of their ARN. Others of AWS's list are refused by name. */
const MANAGED: Readonly<Record<string, { readonly pattern: RegExp; readonly keywords?: readonly string[] }>> = {
  EmailAddress: { pattern: /[\w.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/g },
  "Ssn-US": {
    pattern: /(?<!\d)(?!000|666|9\d\d)\d{3}[- ]?(?!00)\d{2}[- ]?(?!0000)\d{4}(?!\d)/g,
    keywords: ["ssn", "ssn#", "ss#", "social security", "social security number", "social security #"],
  },
  "PhoneNumber-US": {
    pattern: /(?<!\d)(\+?1[-. ]?)?\(?[2-9]\d{2}\)?[-. ]?[2-9]\d{2}[-. ]?\d{4}(?!\d)/g,
    keywords: ["cell", "contact", "fax", "mobile", "phone", "tel", "telephone"],
  },
};
export const MANAGED_ARN = /^arn:aws:dataprotection::aws:data-identifier\/([\w-]+)$/;
const KEYWORD_DISTANCE = 30;

export interface CustomIdentifier {
  readonly Name: string;
  readonly Regex: string;
}

export function isManaged(name: string): boolean {
  return name in MANAGED;
}

/** Places of a text that an identifier finds. */
type Find = (text: string) => readonly (readonly [start: number, end: number])[];

export function managedFinder(name: string): Find {
  const { pattern, keywords } = MANAGED[name]!;
  const keyword = keywords && new RegExp(keywords.map((word) => word.replaceAll(" ", "[ _-]?")).join("|"), "i");
  return (text) =>
    spansOf(text, pattern).filter(
      ([start, end]) =>
        keyword === undefined ||
        keyword.test(text.slice(Math.max(0, start - KEYWORD_DISTANCE), end + KEYWORD_DISTANCE)),
    );
}

export function customFinder({ Regex }: CustomIdentifier): Find {
  const pattern = new RegExp(Regex, "g");
  return (text) => spansOf(text, pattern);
}

function spansOf(text: string, pattern: RegExp): (readonly [number, number])[] {
  return [...text.matchAll(pattern)]
    .filter(([found]) => found !== "")
    .map((match) => [match.index, match.index + match[0].length] as const);
}

/** An asterisk for each character, as CloudWatch Logs shows what it has found. */
export function masked(text: string, finders: readonly Find[]): string {
  let result = text;
  for (const [start, end] of finders.flatMap((find) => find(text)))
    result = result.slice(0, start) + "*".repeat(end - start) + result.slice(end);
  return result;
}
