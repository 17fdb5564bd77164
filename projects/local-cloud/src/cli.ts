/** The local cloud's command line: start and stop the cloud of a stack, look at it, learn how to talk to it. */
import { resolve } from "node:path";
import { Command } from "commander";
import { access } from "./commands/access.ts";
import { down } from "./commands/down.ts";
import { logs } from "./commands/logs.ts";
import { status } from "./commands/status.ts";
import { up } from "./commands/up.ts";
import { runningCloud } from "./runtime/cloud-file.ts";
import type { CloudFile } from "./runtime/cloud-file.ts";
import { askCloud } from "./runtime/control.ts";
import { stackLayout } from "./runtime/layout.ts";
import type { StackLayout } from "./runtime/layout.ts";
import { operatorEnvironment } from "./runtime/operator.ts";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");
const progress = (line: string) => void process.stderr.write(`  cloud: ${line}\n`);

function requireRunning(layout: StackLayout): CloudFile {
  const cloud = runningCloud(layout.cloudFile);
  if (cloud === undefined) {
    throw new Error(`No local cloud runs for the stack "${layout.stack}". "make deploy-all" starts it.`);
  }
  return cloud;
}

const program = new Command("local-cloud").description("Serves AWS to the Pulumi engine on this machine.");
const command = (signature: string, description: string) =>
  program.command(signature).description(description).option("--stack <name>", '"local" or "local-<name>"', "local");
interface Options {
  stack: string;
}
const layoutOf = ({ stack }: Options) => stackLayout(ROOT, stack);

command("up", "start the cloud unless it runs; one JSON line on standard output says where it is").action(
  async (options: Options) => {
    process.stdout.write(`${JSON.stringify(await up(ROOT, layoutOf(options), progress))}\n`);
  },
);

command("down", "stop every process the cloud started, then the cloud, and remove its data").action(
  (options: Options) => down(layoutOf(options), progress),
);

command("status", "what runs, and where").action(async (options: Options) => {
  process.stdout.write(await status(layoutOf(options)));
});

command("logs", "the end of the logs of the cloud and of what runs on it")
  .argument("[name]", "only logs whose name begins with this")
  .option("-f, --follow", "go on showing what is added", false)
  .action((name: string | undefined, options: Options & { follow: boolean }) =>
    logs(layoutOf(options), name, options.follow),
  );

command("env", "lines for a shell that wants to talk to the cloud with AWS tools").action((options: Options) => {
  const layout = layoutOf(options);
  const environment = operatorEnvironment(layout.operatorCredentialsFile, requireRunning(layout));
  for (const [name, value] of Object.entries(environment)) process.stdout.write(`export ${name}='${value}'\n`);
});

command("discard", "remove resources whose creation was cut short, so that the engine does not know them")
  .argument("<urn...>", "their URNs")
  .option("--keep-id <id...>", "ids under these URNs that the engine does know", [])
  .action(async (urns: readonly string[], options: Options & { keepId: readonly string[] }) => {
    const layout = layoutOf(options);
    const { controlPort } = requireRunning(layout);
    const ids = await askCloud<readonly string[]>(layout.home, controlPort, "discard", {
      urns,
      keepIds: options.keepId,
    });
    progress(ids.length === 0 ? "Nothing was left behind" : `Removed ${ids.join(", ")}`);
  });

command("access", "which statements of the roles let something through so far, and which never did").action(
  (options: Options) => void process.stdout.write(access(layoutOf(options))),
);

command("cut", "end the connections that the network lets pass no more, as if their idle timeouts were over").action(
  async (options: Options) => {
    const layout = layoutOf(options);
    const { controlPort } = requireRunning(layout);
    const { connections } = await askCloud<{ connections: number }>(layout.home, controlPort, "cut-refused");
    progress(`${connections} connections ended`);
  },
);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
