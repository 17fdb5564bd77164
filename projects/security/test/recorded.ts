import {
  recordStack,
  type RecordedResource,
  type RecordedStatement,
  type Recording,
  statements,
} from "@records/testing";

export const STACKS = ["local", "pr123", "staging", "prod"] as const;
export type RecordedStacks = Record<(typeof STACKS)[number], Recording>;

/** One stack of each kind that differs from the others: on this machine, short-lived, locked, locked for good. */
export async function recordStacks(): Promise<RecordedStacks> {
  const recordings = await Promise.all(STACKS.map((stack) => recordStack("projects/security", {}, { stack })));
  return Object.fromEntries(STACKS.map((stack, at) => [stack, recordings[at]])) as RecordedStacks;
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
