/** What the system does over the network, each as something that can be made to happen: it works, or it throws. */
import { tasksOf } from "../test/processes.ts";
import { eventually } from "../src/eventually.ts";
import { PATHS as OF_ROLES, type Path } from "./role-paths.ts";
import type { FailureStack } from "./stack.ts";

export const PATHS = {
  ...OF_ROLES,
  "a record is read through the gateway": (stack, withinMs) => answered(stack, withinMs, "any"),
  "a record is read from the cache": (stack, withinMs) => answered(stack, withinMs, "hit"),
  /** Keys of tokens are fetched with the first request, and kept. */
  "new tasks of the API check a token": async (stack, withinMs) => {
    await OF_ROLES["a task of the API starts"](stack, 90_000);
    for (const { pid } of tasksOf(stack.name, "api").filter(({ alive }) => alive)) process.kill(pid, "SIGKILL");
    await answered(stack, withinMs, "any");
  },
} satisfies Record<string, Path>;
export type PathName = keyof typeof PATHS;

/** Several times in a row, so that one task that still has what it needs does not speak for all. */
async function answered({ system }: FailureStack, withinMs: number, cache: "any" | "hit"): Promise<void> {
  await eventually(
    "four good answers, one after the other",
    async () => {
      const page = await system.call("/students?limit=1");
      const path = `/students/${page.body?.data?.[0]?.id ?? "none"}`;
      for (let turn = 0; turn < 4; turn++) {
        const reply = await system.call(path);
        if (reply.status !== 200 || (cache === "hit" && turn > 0 && reply.headers["x-cache"] !== "hit"))
          return undefined;
      }
      return true;
    },
    withinMs,
  );
}
