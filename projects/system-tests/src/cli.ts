/** What an operator or a newcomer does with a running deployment: seed, smoke, next-steps, credentials. */
import { Command } from "commander";
import { CampusSystem, registrationOf } from "./campus-system.ts";
import { renderDashboards } from "./dashboards.ts";
import { findDeployment, operatorOf } from "./deployment.ts";
import { nextSteps } from "./next-steps.ts";
import { seed } from "./seed.ts";
import { smoke } from "./smoke.ts";
import { proveTamperRules } from "./tamper.ts";

const STACK = process.env.STACK ?? "local";
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command("system").description("Works with a deployment of this machine.").showHelpAfterError();

program
  .command("seed")
  .description("load the synthetic data set; does nothing when it is there")
  .option("--stack <name>", "stack", STACK)
  .option("--size <size>", "small: 1,000 students", "small")
  .action(async ({ stack, size }: { stack: string; size: string }) => seed(await findDeployment(stack), size));

program
  .command("smoke")
  .description("check the running system as a campus system would")
  .option("--stack <name>", "stack", STACK)
  .action(async ({ stack }: { stack: string }) => {
    if (!(await smoke(await findDeployment(stack), print))) process.exitCode = 1;
  });

program
  .command("tamper-rules")
  .description("send every tamper rule an event it must tell of and one it must not")
  .option("--stack <name>", "stack", STACK)
  .action(async ({ stack }: { stack: string }) => {
    const proofs = await proveTamperRules({ stack, operator: await operatorOf(stack) });
    for (const { rule, told, toldOfOther } of proofs)
      print(`${rule}: told ${told} of 1, and ${toldOfOther} of 0 that are not its business`);
    if (proofs.some(({ told, toldOfOther }) => told !== 1 || toldOfOther !== 0)) process.exitCode = 1;
  });

program
  .command("dashboards")
  .description("make a page of each dashboard, with made-up data; needs no deployment")
  .option("--out <folder>", "where the pages go", ".local/dashboards")
  .action(async ({ out }: { out: string }) => {
    for (const path of await renderDashboards(out)) print(path);
  });

program
  .command("next-steps")
  .description("print what a person does next")
  .option("--stack <name>", "stack", STACK)
  .action(async ({ stack }: { stack: string }) => print(await nextSteps(await findDeployment(stack))));

program
  .command("ready")
  .description("what follows a deployment: seed, smoke, next-steps")
  .option("--stack <name>", "stack", STACK)
  .action(async ({ stack }: { stack: string }) => {
    const deployment = await findDeployment(stack);
    await seed(deployment, "small");
    if (!(await smoke(deployment, print))) {
      process.exitCode = 1;
      return;
    }
    print(await nextSteps(deployment));
  });

program
  .command("credentials")
  .description("print shell lines with a fresh token and the API key of a campus system; for eval, not for a log")
  .requiredOption("--system <name>", "campus system, for instance sis")
  .option("--stack <name>", "stack", STACK)
  .action(async ({ stack, system }: { stack: string; system: string }) => {
    const deployment = await findDeployment(stack);
    const [client, { apiKey }] = await Promise.all([
      CampusSystem.register(deployment, system),
      registrationOf(deployment, system),
    ]);
    print(`export RECORDS_TOKEN='${await client.requestToken()}'`);
    print(`export RECORDS_API_KEY='${apiKey}'`);
    print(`export RECORDS_CA='${deployment.operator.caFile}'`);
    await client.close();
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`\n${(error as Error).message}\n`);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
