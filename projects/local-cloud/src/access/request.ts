/** A call of the AWS API, and what IAM sees of it. */
import type { ContextValue } from "@records/iam";
import type { AccountView } from "./account-view.ts";

/** A signed call as it came in. */
export interface Call {
  /** As the signature names it: `monitoring`, `secretsmanager`. */
  readonly service: string;
  /** `GetSecretValue`, or `<METHOD> <path>` for services without operation names on the wire. */
  readonly action: string;
  readonly method: string;
  /** Still encoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where it is streamed. */
  readonly body: Buffer | undefined;
}

/** One thing that a call does: a call may take several, and each must be allowed. */
export interface Use {
  /** `kms:Decrypt`. */
  readonly action: string;
  /** ARN, or "*" for an action that has no resource. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** The service that does this in the caller's name (`secretsmanager` decrypts); left out: the caller itself. */
  readonly via?: string;
}

/** @returns what the call uses, in the order in which AWS asks; undefined when the table has no row for it */
export type CallReader = (call: Call, account: AccountView) => readonly Use[] | undefined;

// The inputs of some dozen APIs: their shapes are the tables' business.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Input = Readonly<Record<string, any>>;

type Operation = (input: Input, account: AccountView) => readonly Use[];

/** For services whose operations have names: the JSON and the query protocol say the same in two spellings. */
export function operations(table: Readonly<Record<string, Operation>>): CallReader {
  return (call, account) =>
    Object.hasOwn(table, call.action) ? table[call.action]?.(inputOf(call), account) : undefined;
}

/** Nothing is read into a body that cannot be parsed: the resource stays unknown, and no policy allows that. */
function inputOf({ body, headers }: Call): Input {
  const text = body?.toString() ?? "";
  if (headers["x-amz-target"] === undefined) return Object.fromEntries(new URLSearchParams(text));
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Input) : {};
  } catch {
    return {};
  }
}

/** A condition key that is there only with a value. */
export function given(key: string, value: string | number | boolean | null | undefined): Record<string, string> {
  return value === undefined || value === null || value === "" ? {} : { [key]: String(value) };
}
