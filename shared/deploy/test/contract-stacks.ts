/**
 * Runs one of the test's programs on the real engine, in a process of its own: a refused program rejects outside of
 * whoever called it. Takes a request as JSON, prints for each verb what the engine said.
 */
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { DataContract } from "@records/contracts";
import { exampleContracts, type Place } from "@records/contracts/examples";
import { project, publish, readContract } from "@records/conventions";

export interface ContractRun {
  /** Of the file backend. */
  readonly folder: string;
  readonly place: Place;
  readonly program: { readonly reads: number } | "publishes a secret";
  readonly verbs: readonly ("preview" | "up")[];
}
export type Said = readonly { readonly succeeded: boolean; readonly text: string }[];

const { folder, place, program, verbs } = JSON.parse(process.argv[2] ?? "") as ContractRun;
const TOOLS = process.env.RECORDS_TOOLS ?? join(homedir(), ".cache/student-records");
// The Automation API looks the CLI up on the process's own PATH.
process.env.PATH = [join(TOOLS, "pulumi-3.259.0"), process.env.PATH].join(delimiter);

const consumer = (minVersion: number): PulumiFn => {
  return async () => ({
    proxy: readContract(project.data, DataContract, { minVersion }).database.proxyEndpoint,
  });
};

const leakingProducer: PulumiFn = async () => {
  const whole = exampleContracts(place).data;
  const apiUser = pulumi.secret("never to be seen");
  return { contract: publish(DataContract, { ...whole, cache: { ...whole.cache, apiUser } }), contractVersion: 1 };
};

const stack = await LocalWorkspace.createOrSelectStack(
  {
    stackName: place.suffix,
    projectName: program === "publishes a secret" ? project.data : project.compute,
    program: program === "publishes a secret" ? leakingProducer : consumer(program.reads),
  },
  {
    envVars: {
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  },
);
await stack.setAllConfig({
  "aws:region": { value: place.region },
  "aws:allowedAccountIds": { value: JSON.stringify([place.accountId]) },
});
const said: { succeeded: boolean; text: string }[] = [];
process.on("unhandledRejection", () => undefined);
for (const verb of verbs) {
  try {
    said.push({ succeeded: true, text: (await stack[verb]()).stdout });
  } catch (error) {
    said.push({ succeeded: false, text: (error as Error).message });
  }
}
process.stdout.write(JSON.stringify(said satisfies Said), () => process.exit(0));
