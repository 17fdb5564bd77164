import { terminate } from "../processes/managed-process.ts";
import { stopRecordedProcesses } from "../processes/supervisor.ts";
import { runningCloud } from "../runtime/cloud-file.ts";
import type { StackLayout } from "../runtime/layout.ts";
import { lockHome } from "../runtime/lock.ts";
import { removeHome } from "./start.ts";

/** Stops the cloud, so that it restarts nothing, then every process it has recorded. */
export async function stopEverything(layout: StackLayout): Promise<readonly string[]> {
  const cloud = runningCloud(layout.cloudFile);
  if (cloud !== undefined) await terminate(cloud, { stopSignal: "SIGTERM", stopTimeoutMs: 10_000 });
  // Nobody may start processes between here and the removal of their records. A cloud that is just starting has not
  // written its file yet, but it has the lock.
  const lock = await lockHome(layout.home).catch((error: unknown) => {
    throw new Error(`A local cloud is just starting; wait until it is ready, then try again. (${String(error)})`);
  });
  try {
    return await stopRecordedProcesses(layout.home);
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

/** Works as well when the cloud itself is dead, and when there is nothing. */
export async function down(layout: StackLayout, progress: (line: string) => void): Promise<void> {
  const stopped = await stopEverything(layout);
  progress(stopped.length === 0 ? "No process was left to stop" : `Stopped ${stopped.length} processes`);
  removeHome(layout);
  progress(`Removed ${layout.home}`);
}
