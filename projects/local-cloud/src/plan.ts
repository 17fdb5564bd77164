/**
 * Answers the engine's questions about a stack that lives on AWS, for a preview without an account: checks inputs as AWS
 * would, tells what forces a replacement, looks up zones and regions. It creates, changes and deletes nothing.
 *
 * Ends with its standard input, so that it never outlives whoever asked for the plan.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ACCOUNT_ENV, ACCOUNT_ID } from "./cloud.ts";
import { installPlugins } from "./provider/plugins.ts";
import { serveProvider } from "./provider/server.ts";
import { createCloud } from "./runtime/create-cloud.ts";
import { services } from "./services/index.ts";

/** What the driver reads: one JSON line on standard output. */
export interface PlannerAnswer {
  readonly providers: Readonly<Record<string, number>>;
  readonly pulumiHome: string;
}

async function serve(stack: string, home: string): Promise<void> {
  // Never started: its account is empty, and nothing of it listens but the provider.
  const cloud = await createCloud({
    ...{ stack, home, services },
    log: (message) => void process.stderr.write(`  plan: ${message}\n`),
    startMoto: "on demand",
  });
  const { port } = await serveProvider(cloud, cloud.services, "plans only");
  const pulumiHome = join(home, "pulumi");
  installPlugins(pulumiHome);
  const answer: PlannerAnswer = { providers: { aws: port, "docker-build": port }, pulumiHome };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.stdin.resume().once("end", () => process.exit(0));
}

const { values } = parseArgs({ options: { stack: { type: "string" }, home: { type: "string" } } });
if (values.stack === undefined || values.home === undefined || process.env[ACCOUNT_ENV] === undefined) {
  process.stderr.write(`usage: ${ACCOUNT_ENV}=<12 digits> node plan.ts --stack <name> --home <folder>\n`);
  process.exit(2);
}
void serve(values.stack, resolve(values.home)).catch((error: unknown) => {
  process.stderr.write(
    `No plan for account ${ACCOUNT_ID}: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
