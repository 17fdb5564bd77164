/** What `make deploy-all` made, as an outsider with an operator's credentials finds it: outputs, the AWS API, files of the cloud. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ComputeContract, DataContract } from "@records/contracts";

const run = promisify(execFile);
export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** How an operator of this stack reaches it. */
export interface Operator {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** PEM of the authority that signed every certificate of the stack. */
  readonly ca: string;
  readonly caFile: string;
}

export interface Deployment {
  readonly stack: string;
  readonly compute: ComputeContract;
  readonly data: DataContract;
  readonly operator: Operator;
}

async function contractOf(stack: string, layer: string): Promise<unknown> {
  const { stdout } = await run(
    process.execPath,
    ["shared/deploy/src/cli.ts", "outputs", "--project", layer, "--stack", stack],
    {
      cwd: ROOT,
      maxBuffer: 16 << 20,
    },
  );
  const { contract } = JSON.parse(stdout) as { contract?: unknown };
  if (!contract) throw new Error(`Stack ${stack} has no ${layer} layer. Run: make deploy-all STACK=${stack}`);
  return contract;
}

/** The lines `export NAME=value` of the local cloud's `env` command, as a record. */
async function operatorEnvironment(stack: string): Promise<Record<string, string>> {
  const { stdout } = await run(process.execPath, ["projects/local-cloud/src/cli.ts", "env", "--stack", stack], {
    cwd: ROOT,
  });
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)=["']?(.*?)["']?$/gm)].map(([, name, value]) => [name!, value!]),
  );
}

export async function operatorOf(stack: string): Promise<Operator> {
  const environment = await operatorEnvironment(stack);
  const need = (name: string): string => {
    const value = environment[name];
    if (!value)
      throw new Error(`The local cloud of stack ${stack} names no ${name}. Is it running? make status STACK=${stack}`);
    return value;
  };
  const caFile = need("NODE_EXTRA_CA_CERTS");
  return {
    endpoint: need("AWS_ENDPOINT_URL"),
    region: need("AWS_REGION"),
    credentials: { accessKeyId: need("AWS_ACCESS_KEY_ID"), secretAccessKey: need("AWS_SECRET_ACCESS_KEY") },
    ca: readFileSync(caFile, "utf8"),
    caFile,
  };
}

/** Finds a running deployment. */
export async function findDeployment(stack: string): Promise<Deployment> {
  const [compute, data, operator] = await Promise.all([
    contractOf(stack, "compute"),
    contractOf(stack, "data"),
    operatorOf(stack),
  ]);
  return { stack, compute: compute as ComputeContract, data: data as DataContract, operator };
}
