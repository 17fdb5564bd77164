import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Recording, type RawRecording } from "./recording.ts";
import { kept } from "./recording-cache.ts";

const run = promisify(execFile);
/** Tests run with the repository as working folder. */
const root = process.cwd();

/** Contracts of the layers before, by layer. */
export type ProducerContracts = Readonly<Partial<Record<"security" | "network" | "data" | "compute", unknown>>>;

export interface RecordOptions {
  /** Stack name: decides sizes. Default `local`. */
  readonly stack?: string;
  /** Configuration on top of the stack's settings file. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Runs a stack's index.ts against a recording engine and gives back everything it declared.
 * In a process of its own: the Pulumi runtime is one per process, and a program's modules run once.
 *
 * @param project    folder of the stack, for instance `projects/data`
 * @param contracts  what the stack's references find
 */
export async function recordStack(
  project: string,
  contracts: ProducerContracts = {},
  options: RecordOptions = {},
): Promise<Recording> {
  const recorder = path.join(root, "shared/testing/src/recorder.ts");
  if (!existsSync(recorder))
    throw new Error(`${root} is not the repository's folder. Run tests through npm test, which starts there.`);
  const request = JSON.stringify({
    folder: path.resolve(root, project),
    stack: options.stack ?? "local",
    contracts,
    config: options.config ?? {},
  });
  try {
    return new Recording(JSON.parse(await kept(root, request, () => record(recorder, request))) as RawRecording);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`${project} does not run in stack ${options.stack ?? "local"}:\n${said ?? String(error)}`, {
      cause: error,
    });
  }
}

/** In a process of its own. */
async function record(recorder: string, request: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "record-stack-"));
  const output = path.join(folder, "recording.json");
  try {
    // Without the options Jest runs under: the program runs as the driver runs it.
    await run(process.execPath, [recorder, output, request], { cwd: root, env: { ...process.env, NODE_OPTIONS: "" } });
    return await readFile(output, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
