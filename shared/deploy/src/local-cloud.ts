import { spawn } from "node:child_process";
import { join } from "node:path";

/** What the local cloud tells once it is ready. */
export interface LocalCloud {
  /** Provider name to loopback port, for PULUMI_DEBUG_PROVIDERS. */
  readonly providers: Readonly<Record<string, number>>;
  readonly pulumiHome: string;
  readonly caFile: string;
  readonly awsEndpointUrl: string;
  /** The cloud lost what it kept in memory (the machine restarted): the stack's state describes nothing any more. */
  readonly reset?: boolean;
}

/** Runs a command of the local cloud; its progress goes to the terminal, its answer comes back. */
export async function callLocalCloud(root: string, args: readonly string[]): Promise<string> {
  const cli = join(root, "projects", "local-cloud", "src", "cli.ts");
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "inherit"], cwd: root });
  let answer = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0)
    throw new Error(`The local cloud refused "${args.join(" ")}" (exit code ${code}); its own message is above.`);
  return answer;
}

/** Starts the local cloud of a stack, or finds it running. */
export async function startLocalCloud(root: string, stack: string): Promise<LocalCloud> {
  return JSON.parse(await callLocalCloud(root, ["up", "--stack", stack])) as LocalCloud;
}
