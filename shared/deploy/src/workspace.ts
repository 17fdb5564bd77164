import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiFn, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { checkpointFile, type Environment, type Layer, projectFolder, projectName } from "./environments.ts";
import { type LocalCloud, startLocalCloud } from "./local-cloud.ts";
import { startPlanner } from "./planner.ts";
import { policySettings } from "./policy-settings.ts";

export const PULUMI_VERSION = "3.259.0";

/** One project and one stack, ready for a verb. */
export interface Workspace {
  readonly stack: Stack;
  readonly project: string;
  /**
   * For previews and updates: absolute paths of the policy pack's analyzer, which the engine starts (LOC-5), and of its
   * settings.
   */
  readonly policies: { readonly policyPacks: string[]; readonly policyPackConfigs: string[] };
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
 * Settings are copied beside the state: Pulumi writes the salt of the stack's passphrase into them, which belongs to
 * this machine and not into the working tree; and a pull request's stack reads those of dev under its own name.
 */
function workDirFor(root: string, environment: Environment, folder: string): string {
  const { localHome, stack, settings } = environment;
  const workDir = join(localHome ?? join(root, ".local", "aws", stack), "work", projectName(folder));
  mkdirSync(workDir, { recursive: true });
  // The program is inline; `main` is for a person who runs plain `pulumi` in the project's folder.
  const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8").replace(/^main:.*\n/m, "");
  writeFileSync(join(workDir, "Pulumi.yaml"), project);
  const target = join(workDir, `Pulumi.${stack}.yaml`);
  const kept = existsSync(target)
    ? /^encryption(salt|edkey|key): .*$/m.exec(readFileSync(target, "utf8"))?.[0]
    : undefined;
  let text = readFileSync(join(folder, `Pulumi.${settings}.yaml`), "utf8").trimEnd();
  // A plan's secrets are under this machine's passphrase, not under the account's key.
  if (localHome) text = text.replace(/^secretsprovider:.*\n/m, "");
  writeFileSync(target, `${text}\n${kept ? `${kept}\n` : ""}`);
  return workDir;
}

/** Passphrase of the secrets in a state on this machine: random, made once per stack, readable by its owner only. */
function passphraseFile(localHome: string): string {
  const file = join(localHome, "passphrase");
  mkdirSync(localHome, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return file;
}

/** How the engine reaches the local cloud. */
function cloudVariables(cloud: Pick<LocalCloud, "providers">): Record<string, string> {
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
    mkdirSync(join(localHome, "state")); // the engine is told of this folder already, and does not make it
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
function isDeployed(environment: Environment, project: string): boolean {
  return environment.localHome !== undefined && existsSync(checkpointFile(environment, project));
}

/** Every call of the CLI names its stack, so selecting one that is known to be there would be a process for nothing. */
function existingStack(name: string, workspace: LocalWorkspace): Promise<Stack> {
  workspace.selectStack = () => Promise.resolve();
  return Stack.select(name, workspace);
}

/** What serves the stack's resources: a cloud of its own here, a planner for a plan, AWS's own provider otherwise. */
async function providerVariables(
  root: string,
  environment: Environment,
  layer: Layer,
): Promise<Record<string, string>> {
  const { localHome, planned } = environment;
  if (localHome === undefined) return {};
  const serving = planned
    ? await startPlanner(root, environment, layer)
    : await localCloudFor(root, environment, localHome);
  return { ...cloudVariables(serving), PULUMI_HOME: serving.pulumiHome };
}

/** Opens one layer of one stack for a change: the cloud is up (on this machine), the settings are in place. */
export async function openWorkspace(root: string, environment: Environment, layer: Layer): Promise<Workspace> {
  const folder = projectFolder(root, layer);
  const project = projectName(folder);
  const { stack: stackName } = environment;
  const envVars = { ...backendVariables(environment), ...(await providerVariables(root, environment, layer)) };
  const workDir = workDirFor(root, environment, folder);
  const workspace = await LocalWorkspace.create({ program: programOf(folder), workDir, envVars });
  const stack = isDeployed(environment, project)
    ? await existingStack(stackName, workspace)
    : await Stack.createOrSelect(stackName, workspace);
  // After an update the Automation API asks the CLI for outputs and history, three more processes. Events have told it all.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  const policyPackConfigs = [...(await policySettings(root, environment, layer))];
  const policies = { policyPacks: [join(root, "projects", "policy", "analyzer")], policyPackConfigs };
  return { stack, project, policies };
}

/** The layer was never deployed to the stack. */
export class NotDeployedError extends Error {
  override readonly name = "NotDeployedError";

  constructor(stack: string, layer: Layer) {
    super(`Stack ${stack} has no ${layer} layer. Deploy it first: make deploy-all STACK=${stack}`);
  }
}

/**
 * Opens what a deployment left, for reading: nothing is started.
 * @throws {NotDeployedError} the layer was never deployed
 */
export async function openDeployed(root: string, environment: Environment, layer: Layer): Promise<Stack> {
  const folder = projectFolder(root, layer);
  const missing = new NotDeployedError(environment.stack, layer);
  if (environment.localHome && !isDeployed(environment, projectName(folder))) throw missing;
  const workDir = workDirFor(root, environment, folder);
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
