import {
  recordStack,
  type RecordedResource,
  type RecordedStatement,
  type Recording,
  statements,
} from "@records/testing";

/** One stack of each kind that differs from the others: on this machine, short-lived, locked, locked for good. */
export const STACKS = ["local", "pr123", "staging", "prod"] as const;
type Stack = (typeof STACKS)[number];
export type RecordedStacks<Name extends Stack = Stack> = Record<Name, Recording>;

/** Stacks side by side; a recording takes seconds, so a test names those that differ in what it asks. */
export async function recordStacks<Name extends Stack>(names: readonly Name[]): Promise<RecordedStacks<Name>> {
  const recordings = await Promise.all(names.map((stack) => recordStack("projects/security", {}, { stack })));
  return Object.fromEntries(names.map((stack, at) => [stack, recordings[at]])) as RecordedStacks<Name>;
}

/** Statements of one resource's policy. */
export function policyOf(stack: Recording, type: string, name: string): readonly RecordedStatement[] {
  const owner: RecordedResource = stack.get(type, name);
  return statements(stack).filter(({ resource }) => resource === owner);
}

/** The statement with this name; says which there are when it is missing. */
export function statement(policy: readonly RecordedStatement[], sid: string): RecordedStatement {
  const found = policy.find(({ Sid }) => Sid === sid);
  if (found) return found;
  throw new Error(`No statement "${sid}". There are: ${policy.map(({ Sid }) => Sid).join(", ")}.`);
}
