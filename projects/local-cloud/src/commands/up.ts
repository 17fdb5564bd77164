import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminate } from "../processes/managed-process.ts";
import { installPlugins } from "../provider/plugins.ts";
import { runningCloud } from "../runtime/cloud-file.ts";
import type { CloudFile } from "../runtime/cloud-file.ts";
import type { StackLayout } from "../runtime/layout.ts";
import { sourceHash } from "../runtime/source-hash.ts";
import { requireTool } from "../runtime/tools.ts";
import { stopEverything } from "./down.ts";
import { removeHome, startCloud } from "./start.ts";

const REQUIRED_TOOLS = ["moto-5.2.5/bin/moto_server", "redis-7/usr/bin/redis-server"];

/** What the driver needs to point the engine at the cloud. One JSON line on standard output. */
export interface UpAnswer {
  readonly providers: Readonly<Record<string, number>>;
  readonly awsEndpointUrl: string;
  readonly caFile: string;
  readonly pulumiHome: string;
  readonly operatorCredentialsFile: string;
  /** The cloud begins empty although the engine remembers resources: its state describes nothing any more. */
  readonly reset: boolean;
}

export async function up(root: string, layout: StackLayout, progress: (line: string) => void): Promise<UpAnswer> {
  REQUIRED_TOOLS.forEach(requireTool);
  installPlugins(layout.pulumiHome);
  let cloud = await currentCloud(root, layout, progress);
  if (cloud.motoLostMemory) {
    progress("moto has lost what it held (keys, secrets, streams), so this stack begins anew");
    await stopEverything(layout);
    removeHome(layout);
    cloud = await startCloud(root, layout, progress);
  }
  return {
    providers: { aws: cloud.providerPort, "docker-build": cloud.providerPort },
    awsEndpointUrl: cloud.awsEndpointUrl,
    caFile: cloud.caFile,
    pulumiHome: layout.pulumiHome,
    operatorCredentialsFile: layout.operatorCredentialsFile,
    reset: beginsEmpty(layout),
  };
}

async function currentCloud(root: string, layout: StackLayout, progress: (line: string) => void): Promise<CloudFile> {
  const running = runningCloud(layout.cloudFile);
  if (running === undefined) return startCloud(root, layout, progress);
  if (running.sourceHash === sourceHash()) return running;
  progress("The local cloud's own code has changed: it starts again; tasks and servers go on");
  await terminate(running, { stopSignal: "SIGTERM", stopTimeoutMs: 10_000 });
  return startCloud(root, layout, progress);
}

/** True once for each home: a driver that has heard it begins anew as well. */
function beginsEmpty(layout: StackLayout): boolean {
  const begun = join(layout.home, "begun");
  if (existsSync(begun)) return false;
  writeFileSync(begun, "");
  // The driver makes the folder first; the engine puts something there when it has run.
  return existsSync(join(layout.engineState, ".pulumi"));
}
