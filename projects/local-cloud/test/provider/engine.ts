/** The real engine on a provider of its own: a file backend and an account in a temporary folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Cloud, Service } from "../../src/cloud.ts";
import type { ProviderPurpose } from "../../src/provider/purpose.ts";
import { installPlugins } from "../../src/provider/plugins.ts";
import { serveProvider } from "../../src/provider/server.ts";
import { openAccount } from "../../src/runtime/account.ts";

const TOOLS = process.env.RECORDS_TOOLS ?? join(homedir(), ".cache/student-records");

export interface Engine {
  readonly cloud: Cloud;
  /** What the engine wrote: the stacks' state files, as text. */
  stateFiles(): string;
  stack(program: PulumiFn, name?: string, projectName?: string): Promise<Stack>;
  close(): Promise<void>;
}

export async function startEngine(
  services: (cloud: Cloud) => readonly Service[],
  stackName = "local",
  purpose: ProviderPurpose = "deploys",
): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "local-cloud-provider-"));
  const cloud = recordingCloud(folder, stackName);
  const provider = await serveProvider(cloud, services(cloud), purpose);
  const pulumiHome = join(folder, "pulumi");
  installPlugins(pulumiHome);
  // The Automation API looks the CLI up on the process's own PATH.
  process.env.PATH = [join(TOOLS, "pulumi-3.259.0"), process.env.PATH].join(delimiter);
  const envVars = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_HOME: pulumiHome,
    PULUMI_DEBUG_PROVIDERS: `aws:${provider.port},docker-build:${provider.port}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  return {
    cloud,
    stateFiles: () => {
      const stacks = join(folder, ".pulumi", "stacks", "provider-test");
      return readdirSync(stacks)
        .map((file) => readFileSync(join(stacks, file), "utf8"))
        .join("\n");
    },
    stack: (program, name = stackName, projectName = "provider-test") =>
      LocalWorkspace.createOrSelectStack({ stackName: name, projectName, program }, { envVars }),
    close: async () => {
      await provider.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Enough of a cloud for types that are only recorded: using another part of it fails with its name. */
export function recordingCloud(folder: string, stack = "local"): Cloud {
  const parts: Partial<Cloud> = {
    stack,
    home: folder,
    account: openAccount(join(folder, "account.json")),
    log: () => undefined,
  };
  const absent = (part: string) =>
    new Proxy(
      {},
      {
        get: (_, member) => {
          throw new Error(`cloud.${part}.${String(member)} is not there: this cloud only records.`);
        },
      },
    );
  return new Proxy(parts as Cloud, {
    get: (target, part: keyof Cloud) => (part in target ? target[part] : absent(String(part))),
  });
}
