/** Whether an operator can compare a key's values with those that the policy gives. */
import { isIP } from "node:net";
import type { Operator, OperatorFamily } from "../condition-operators.ts";

interface Comparison {
  readonly name: string;
  readonly operator: Operator;
  readonly key: string;
  /** The key's type in AWS's reference. */
  readonly type: string;
  readonly values: readonly string[];
}

/**
 * Types that an operator can compare. Text compares with anything; many keys that hold ARNs are texts to the reference;
 * instants may be given as seconds.
 */
const TYPES: Readonly<Partial<Record<OperatorFamily, readonly string[]>>> = {
  Arn: ["ARN", "String"],
  Bool: ["Bool"],
  Numeric: ["Numeric", "Date"],
  Date: ["Date"],
  IpAddress: ["IPAddress"],
};

const FORMS: Readonly<Partial<Record<OperatorFamily, { readonly what: string; test(value: string): boolean }>>> = {
  Arn: { what: "an ARN of six parts", test: (value) => value === "*" || value.split(":").length >= 6 },
  Bool: { what: "true or false", test: (value) => /^(true|false)$/i.test(value) },
  Null: { what: "true or false", test: (value) => /^(true|false)$/i.test(value) },
  Numeric: { what: "a number", test: (value) => value.trim() !== "" && Number.isFinite(Number(value)) },
  Date: { what: "an instant", test: (value) => /^\d+$/.test(value) || !Number.isNaN(Date.parse(value)) },
  IpAddress: { what: "an address or a range", test: isRange },
};

export function operandFaults({ name, operator, key, type, values }: Comparison): readonly string[] {
  if (values.length === 0) return [`${name} ${key} has no value to compare with.`];
  const single = type.replace(/^ArrayOf/, "");
  const { family, set } = operator;
  const types = TYPES[family];
  if (types !== undefined && !types.includes(single))
    return [`${name} cannot compare ${key}, whose type is ${single}.`];
  if (type !== single && set === undefined && family !== "Null") {
    return [`${key} has several values; ${name} needs ForAllValues: or ForAnyValue: before it.`];
  }
  if (family === "Bool" && values.length > 1) return [`${name} ${key} must have one value.`];
  return values.flatMap((value) => valueFaults(name, operator, key, single, value));
}

function valueFaults(name: string, { family }: Operator, key: string, type: string, value: string): readonly string[] {
  const text = family === "String" || family === "Arn";
  if (/\$\{[^*?$]/.test(value)) {
    return text ? [] : [`${name} ${key} takes no policy variable: "${value}".`];
  }
  const form = FORMS[family];
  if (form !== undefined && !form.test(value)) return [`${name} ${key} = "${value}" is not ${form.what}.`];
  // Without -Like a wildcard is a character like any other.
  if (/^String(Not)?Equals/i.test(plain(name)) && /[*?]/.test(value.replaceAll(/\$\{[*?$]\}/g, ""))) {
    return [`${name} takes the wildcard in "${value}" literally; ${key} needs a StringLike for it.`];
  }
  if (type === "IPAddress" && text)
    return [`${name} compares ${key} as text; IpAddress compares addresses and ranges.`];
  return [];
}

function plain(name: string): string {
  return name.replace(/^For(All|Any)Values?:/i, "");
}

function isRange(value: string): boolean {
  const [address = "", bits] = value.split("/");
  const version = isIP(address);
  return version !== 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
}
