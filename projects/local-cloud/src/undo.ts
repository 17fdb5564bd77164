/**
 * A creation of several steps that leaves nothing behind when one of them fails: what was done is undone, last first.
 * The first failure is the one that is reported.
 */
export async function undoing<Result>(
  work: (onFailure: (undo: () => Promise<unknown>) => void) => Promise<Result>,
  log: (message: string) => void,
): Promise<Result> {
  const steps: (() => Promise<unknown>)[] = [];
  try {
    return await work((undo) => steps.push(undo));
  } catch (error) {
    for (const undo of steps.toReversed()) {
      await undo().catch((cause: unknown) => log(`While undoing a failed creation: ${(cause as Error).message}`));
    }
    throw error;
  }
}
