import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiFn, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { type Environment, type Layer, projectFolder, projectName } from "./environments.ts";
import { type LocalCloud, startLocalCloud } from "./local-cloud.ts";

export const PULUMI_VERSION = "3.259.0";

/** One project and one stack, ready for a verb. */
export interface Workspace {
  readonly stack: Stack;
  readonly project: string;
  /** Absolute path of the policy pack's analyzer: the engine starts it for previews and updates (LOC-5). */
  readonly policyPack: string;
}

/** The stack's program: what its index.ts exports becomes the stack's outputs. */
function programOf(folder: string): PulumiFn {
  return async () => {
    const { contract, contractVersion } = (await import(pathToFileURL(join(folder, "index.ts")).href)) as Record<
      string,
      unknown
    >;
    return { contract, contractVersion };
  };
}

/**
 * Settings of a stack on this machine are copied beside its state: Pulumi writes the salt of the stack's
 * passphrase into them, which belongs to this machine and not into the working tree.
 */
function localWorkDir(environment: Environment, localHome: string, folder: string): string {
  const workDir = join(localHome, "work", projectName(folder));
  mkdirSync(workDir, { recursive: true });
  // The program is inline; `main` is for a person who runs plain `pulumi` in the project's folder.
  const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8").replace(/^main:.*\n/m, "");
  writeFileSync(join(workDir, "Pulumi.yaml"), project);
  const target = join(workDir, `Pulumi.${environment.stack}.yaml`);
  const salt = existsSync(target) ? /^encryptionsalt: .*$/m.exec(readFileSync(target, "utf8"))?.[0] : undefined;
  const settings = readFileSync(join(folder, `Pulumi.${environment.settings}.yaml`), "utf8");
  writeFileSync(target, salt ? `${settings.trimEnd()}\n${salt}\n` : settings);
  return workDir;
}

/** Passphrase of the local stacks' secrets: random, made once per stack, readable by its owner only. */
function passphraseFile(localHome: string): string {
  const file = join(localHome, "passphrase");
  mkdirSync(localHome, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return file;
}

/** How the engine reaches the local cloud. */
function cloudVariables(cloud: LocalCloud): Record<string, string> {
  return {
    PULUMI_DEBUG_PROVIDERS: Object.entries(cloud.providers)
      .map(([name, port]) => `${name}:${port}`)
      .join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** The pulumi binary that set-up put into the tool folder goes first. */
function withTools(path: string | undefined): string {
  const tools =
    process.env.RECORDS_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "student-records");
  return [join(tools, `pulumi-${PULUMI_VERSION}`), path].join(delimiter);
}

async function localCloudFor(root: string, environment: Environment, localHome: string): Promise<LocalCloud> {
  const cloud = await startLocalCloud(root, environment.stack);
  if (cloud.reset) {
    process.stderr.write(
      `  the local cloud lost its memory (a restart of the machine?): stack ${environment.stack} starts anew\n`,
    );
    for (const stale of ["state", "work"]) rmSync(join(localHome, stale), { recursive: true, force: true });
  }
  return cloud;
}

/** What every call of the engine needs, a reading one too. */
function backendVariables(environment: Environment): Record<string, string> {
  const { localHome } = environment;
  if (localHome) mkdirSync(join(localHome, "state"), { recursive: true });
  const variables: Record<string, string> = {
    PULUMI_BACKEND_URL: environment.backendUrl,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: withTools(process.env.PATH),
    ...(localHome && {
      PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(localHome),
      PULUMI_HOME: join(localHome, "pulumi"),
    }),
  };
  // The Automation API looks for the binary on this process's own PATH; its version is that of the tool folder's name.
  process.env.PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK = "true";
  process.env.PATH = variables.PATH;
  return variables;
}

/** Whether a stack on this machine has a state; for one on AWS only its backend knows. */
function isDeployed({ localHome, stack }: Environment, project: string): boolean {
  return localHome !== undefined && existsSync(join(localHome, "state", ".pulumi", "stacks", project, `${stack}.json`));
}

/** Every call of the CLI names its stack, so selecting one that is known to be there would be a process for nothing. */
function existingStack(name: string, workspace: LocalWorkspace): Promise<Stack> {
  workspace.selectStack = () => Promise.resolve();
  return Stack.select(name, workspace);
}

/** Opens one layer of one stack for a change: the cloud is up (on this machine), the settings are in place. */
export async function openWorkspace(root: string, environment: Environment, layer: Layer): Promise<Workspace> {
  const folder = projectFolder(root, layer);
  const project = projectName(folder);
  const { localHome, stack: stackName } = environment;
  const cloud = localHome ? cloudVariables(await localCloudFor(root, environment, localHome)) : {};
  const envVars = { ...backendVariables(environment), ...cloud };
  const workDir = localHome ? localWorkDir(environment, localHome, folder) : folder;
  const workspace = await LocalWorkspace.create({ program: programOf(folder), workDir, envVars });
  const stack = isDeployed(environment, project)
    ? await existingStack(stackName, workspace)
    : await Stack.createOrSelect(stackName, workspace);
  // After an update the Automation API asks the CLI for outputs and history, three more processes. Events have told it all.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return { stack, project, policyPack: join(root, "projects", "policy", "analyzer") };
}

/**
 * Opens what a deployment left, for reading: nothing is started.
 * @throws when the layer was never deployed
 */
export async function openDeployed(root: string, environment: Environment, layer: Layer): Promise<Stack> {
  const folder = projectFolder(root, layer);
  const workDir = environment.localHome ? join(environment.localHome, "work", projectName(folder)) : folder;
  const missing = new Error(
    `Stack ${environment.stack} has no ${layer} layer. Deploy it first: make deploy-all STACK=${environment.stack}`,
  );
  if (!existsSync(workDir)) throw missing;
  try {
    const workspace = await LocalWorkspace.create({
      program: programOf(folder),
      workDir,
      envVars: backendVariables(environment),
    });
    return isDeployed(environment, projectName(folder))
      ? await existingStack(environment.stack, workspace)
      : await Stack.select(environment.stack, workspace);
  } catch (error) {
    throw error instanceof StackNotFoundError ? missing : error;
  }
}
