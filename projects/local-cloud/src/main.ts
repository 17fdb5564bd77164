/** The local cloud of one stack: a long-lived process that serves the Pulumi engine and everything behind it. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { identify } from "./processes/process-identity.ts";
import { serveProvider } from "./provider/server.ts";
import { writeOperatorCredentials } from "./runtime/operator.ts";
import type { CloudFile } from "./runtime/cloud-file.ts";
import { serveControl } from "./runtime/control.ts";
import { createCloud } from "./runtime/create-cloud.ts";
import { discard } from "./runtime/discard.ts";
import type { DiscardRequest } from "./runtime/discard.ts";
import { writeJson } from "./runtime/durable-json.ts";
import { stackLayout } from "./runtime/layout.ts";
import type { StackLayout } from "./runtime/layout.ts";
import { lockHome } from "./runtime/lock.ts";
import { sourceHash } from "./runtime/source-hash.ts";
import { services } from "./services/index.ts";

type Log = (message: string) => void;

async function run(layout: StackLayout, log: Log): Promise<void> {
  const codeHash = sourceHash();
  const { home, stack } = layout;
  const lock = await lockHome(home);
  rmSync(layout.cloudFile, { force: true });

  const cloud = await createCloud({ stack, home, services, log });
  writeOperatorCredentials(layout.operatorCredentialsFile, cloud.credentials.operator);
  log(`Starting ${cloud.services.length} services and what the account holds`);
  await cloud.start();
  const provider = await serveProvider(cloud, cloud.services);
  const control = await serveControl(home, {
    status: async () => cloud.processes.list().map(({ name, pid, alive }) => ({ name, pid, alive })),
    "cut-refused": async () => ({ connections: cloud.network.cutRefused() }),
    discard: (request: DiscardRequest) => discard(cloud, cloud.services, request),
  });

  const announce = () => {
    const identity = identify(process.pid);
    if (identity === undefined) throw new Error(`/proc/${process.pid} cannot be read: the local cloud needs Linux.`);
    const { awsEndpointUrl } = cloud;
    writeJson(layout.cloudFile, {
      ...identity,
      ...{ providerPort: provider.port, controlPort: control.port, awsEndpointUrl },
      caFile: cloud.certificates.caFile,
      motoLostMemory: cloud.awsApi.motoLostMemory,
      sourceHash: codeHash,
    } satisfies CloudFile);
  };
  cloud.processes.onExit(announce);
  announce();
  log("Ready");

  const stop = async (signal: string): Promise<void> => {
    log(`${signal}: letting go; tasks and servers go on`);
    rmSync(layout.cloudFile, { force: true });
    await Promise.all([provider.close(), control.close()]);
    await cloud.stop();
    lock.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.once(signal, () => void stop(signal).catch(fail(log)));
  }
}

/** Child processes stay: the next start finds them again. */
function fail(log: Log): (error: unknown) => never {
  return (error) => {
    log(`The local cloud ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  };
}

function openLog(file: string): Log {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, "a", 0o600);
  process.once("exit", () => closeSync(fd));
  return (message) => void writeSync(fd, `${new Date().toISOString()} ${message}\n`);
}

const { values } = parseArgs({ options: { stack: { type: "string" }, root: { type: "string" } } });
if (values.stack === undefined || values.root === undefined || !existsSync(values.root)) {
  process.stderr.write("usage: node main.ts --stack <local|local-...> --root <checkout>\n");
  process.exit(2);
}
const layout = stackLayout(values.root, values.stack);
const log = openLog(layout.logFile);
process.on("uncaughtException", fail(log));
process.on("unhandledRejection", fail(log));
void run(layout, log).catch(fail(log));
