/** Whether a request matches a statement. Rate-based statements count it as well. */
import type { Account } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import { contains, parseCidr } from "../ec2/cidr.ts";
import type { RequestRates } from "./request-rates.ts";
import { headerOf, partOf, transformed, type WebRequest } from "./web-request.ts";

export interface StatementView {
  readonly account: Account;
  readonly rates: RequestRates;
  /** Names the rule whose requests a rate-based statement counts. */
  readonly rule: string;
  readonly nowMs: number;
}

export function matches(statement: Properties, request: WebRequest, view: StatementView): boolean {
  const [[kind = "", body] = []] = Object.entries(statement) as [string, Properties][];
  switch (kind) {
    case "andStatement":
      return (body!.statements as Properties[]).every((each) => matches(each, request, view));
    case "orStatement":
      return (body!.statements as Properties[]).some((each) => matches(each, request, view));
    case "notStatement":
      return !matches(body!.statement as Properties, request, view);
    case "ipSetReferenceStatement":
      return isIn(view.account.byArn(body!.arn as string)?.inputs.addresses ?? [], request.sourceIp);
    case "regexMatchStatement":
      return test(request, body!, (text) => new RegExp(body!.regexString as string).test(text));
    case "byteMatchStatement":
      return test(request, body!, (text) => isAt(text, body!.searchString, body!.positionalConstraint));
    case "sizeConstraintStatement":
      return test(request, body!, (text) => compares(Buffer.byteLength(text), body!.comparisonOperator, body!.size));
    case "rateBasedStatement":
      return exceeds(body!, request, view);
    default:
      // AWS's own rules are not on this machine.
      return false;
  }
}

function test(request: WebRequest, statement: Properties, accepts: (text: string) => boolean): boolean {
  const part = partOf(request, statement.fieldToMatch);
  return part !== undefined && accepts(transformed(part, statement.textTransformations));
}

export function isIn(addresses: readonly string[], sourceIp: string): boolean {
  const address = parseCidr(`${sourceIp.replace(/^::ffff:/, "")}/32`);
  return address !== undefined && addresses.some((block) => contains(parseCidr(block)!, address));
}

function isAt(text: string, searched: string, constraint: string): boolean {
  if (constraint === "EXACTLY") return text === searched;
  if (constraint === "STARTS_WITH") return text.startsWith(searched);
  return constraint === "ENDS_WITH" ? text.endsWith(searched) : text.includes(searched);
}

function compares(bytes: number, operator: string, size: number): boolean {
  const holds: Readonly<Record<string, boolean>> = {
    EQ: bytes === size,
    NE: bytes !== size,
    LE: bytes <= size,
    LT: bytes < size,
    GE: bytes >= size,
    GT: bytes > size,
  };
  return holds[operator] === true;
}

/** Counts what is in its scope, by source address or by the values of its keys. */
function exceeds(statement: Properties, request: WebRequest, view: StatementView): boolean {
  const { scopeDownStatement, aggregateKeyType, customKeys, limit, evaluationWindowSec = 300 } = statement;
  if (scopeDownStatement !== undefined && !matches(scopeDownStatement, request, view)) return false;
  const instance = aggregateKeyType === "CUSTOM_KEYS" ? valuesOf(customKeys, request) : request.sourceIp;
  // A request without one of the keys is in no group, so nothing limits it.
  if (instance === undefined) return false;
  return view.rates.count(`${view.rule}\n${instance}`, evaluationWindowSec * 1000, view.nowMs) > limit;
}

function valuesOf(keys: readonly Properties[], request: WebRequest): string | undefined {
  const values = keys.map((key) => {
    if (key.ip !== undefined) return request.sourceIp;
    const value = headerOf(request, key.header.name as string);
    return value && transformed(value, key.header.textTransformations);
  });
  return values.includes(undefined) ? undefined : values.join("\n");
}
