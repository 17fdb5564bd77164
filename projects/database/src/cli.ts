/** Commands for the operator of the database. The AWS identity comes from the environment, as for the AWS CLI. */
import { Command, InvalidArgumentError, Option } from "commander";
import { readFile } from "node:fs/promises";
import type { Client } from "pg";
import { connectWithIam } from "./iam-connection.ts";
import { checkAgreement, parseAgreement, upholdAgreement, type Agreement } from "./seed/agreements.ts";
import { load, SIZES, type Size } from "./seed/load.ts";

const program = new Command("database").description("Works on the records database.").showHelpAfterError();

interface SeedOptions {
  readonly size: Size;
  readonly seed: number;
  readonly client: readonly string[];
  readonly agreements?: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly region: string;
}

program
  .command("seed")
  .description(
    "Loads synthetic students into an empty database and grants agreements to clients. Repeating it changes nothing.",
  )
  .addOption(new Option("--size <size>", "number of students").choices(Object.keys(SIZES)).default("small"))
  .option("--seed <number>", "same number, same data", wholeNumber, 1)
  .option("--client <agreement>", "agreement as <clientId>=<campus,...|all>:<scope,...>; may be repeated", collect, [])
  .option(
    "--agreements <file>",
    "JSON file with a list of agreements {clientId, campuses, scopes, purposes?, partyName?}",
  )
  .addOption(new Option("--host <host>", "writer endpoint of the cluster").env("DATABASE_HOST").makeOptionMandatory())
  .addOption(new Option("--port <port>", "its port").env("DATABASE_PORT").argParser(wholeNumber).makeOptionMandatory())
  .addOption(new Option("--database <name>").env("DATABASE_NAME").default("records"))
  .addOption(new Option("--user <role>", "role with IAM login").env("DATABASE_USER").default("srs_owner"))
  .addOption(new Option("--region <region>").env("AWS_REGION").default("us-east-1"))
  .action(async (options: SeedOptions) => {
    const agreements = [...options.client.map(parseAgreement), ...(await agreementsOf(options.agreements))];
    const client = await connectWithIam(options, options);
    try {
      await seed(client, options, agreements);
    } finally {
      await client.end();
    }
  });

async function seed(client: Client, options: SeedOptions, agreements: readonly Agreement[]): Promise<void> {
  const { students, loaded } = await load(client, options.size, options.seed);
  say(loaded ? `Loaded ${students} students.` : `Already loaded: ${students} students.`);
  for (const agreement of agreements) {
    say(`Agreement of client ${agreement.clientId}: ${await upholdAgreement(client, agreement)}.`);
  }
}

async function agreementsOf(file: string | undefined): Promise<Agreement[]> {
  if (file === undefined) return [];
  const list: unknown = JSON.parse(await readFile(file, "utf8"));
  if (!Array.isArray(list)) throw new Error(`${file} does not hold a list of agreements.`);
  return list.map(checkAgreement);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  if (!/^[0-9]{1,9}$/.test(value)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(value);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
