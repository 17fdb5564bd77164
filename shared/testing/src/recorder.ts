/** Child process of `recordStack`: runs one stack program under Pulumi's mocks and writes down what it declared. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type * as proto from "@pulumi/pulumi/proto/resource_pb.js";
import * as runtimeState from "@pulumi/pulumi/runtime/state.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import yaml from "yaml";
import { callResult, createdState } from "./mock-cloud.ts";
import type { RawRecording, RecordedCall, RecordedResource } from "./recording.ts";

interface Request {
  readonly folder: string;
  readonly stack: string;
  readonly contracts: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, string>>;
}
type Transform = pulumi.ResourceTransform;
/** As the SDK hands them over, without its `any`. */
type MockArgs = Omit<pulumi.runtime.MockResourceArgs, "inputs"> & { readonly inputs: Record<string, unknown> };

interface Store {
  supportsTransforms: boolean;
  callbacks: {
    registerStackTransform(transform: Transform): void;
    awaitStackRegistrations(): Promise<void>;
    shutdown(): void;
  };
  readonly settings: {
    readonly monitor: { registerResource(req: proto.RegisterResourceRequest, callback: unknown): Promise<void> };
  };
}

const [outputFile = "", requestText = ""] = process.argv.slice(2);
const request = JSON.parse(requestText) as Request;
const resources: RecordedResource[] = [];
const calls: RecordedCall[] = [];
const transforms: Transform[] = [];

process.on("unhandledRejection", (error) => fail(error));
function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  // Every resource that waited for the failed one says so; the cause comes last.
  process.stderr.write(`${message.replaceAll(/error serializing property "[^"]*": /g, "")}\n`);
  process.exit(1);
}

/** Configuration as the engine would hand it over: the settings file's, then the caller's. */
function configuration(projectName: string): Record<string, string> {
  const settings =
    request.stack === "local" || request.stack.startsWith("local-")
      ? "local"
      : request.stack.replace(/^pr[0-9]+$/, "dev");
  const file = path.join(request.folder, `Pulumi.${settings}.yaml`);
  const { config } = yaml.parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const all: Record<string, string> = {};
  for (const [key, value] of [...Object.entries(config), ...Object.entries(request.config)]) {
    all[key.includes(":") ? key : `${projectName}:${key}`] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return all;
}

const shortUrn = (urn: string): string => {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return `${type.split("$").at(-1)}::${name}`;
};
const isSecret = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ("4dabf18193072939515e22adb298388d" in value || Object.values(value).some(isSecret));

/** Mocks see inputs only. The monitor sees the registration, options included; transforms run where the engine runs them. */
function watchRegistrations(): void {
  // Not in the package's types: the SDK offers no other way to see registrations without an engine.
  const store = (runtimeState as unknown as { getStore(): Store }).getStore();
  // Mocks do not do transforms; the engine does. Kept here and applied below.
  store.supportsTransforms = true;
  store.callbacks = {
    registerStackTransform: (transform) => void transforms.push(transform),
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
  const { monitor } = store.settings;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (req, callback) => {
    const given = req.getObject()?.toJavaScript() ?? {};
    pending.push({
      secretInputs: Object.keys(given).filter((key) => isSecret(given[key])),
      options: {
        protect: req.getProtect() ?? false,
        retainOnDelete: req.getRetainondelete() ?? false,
        deleteBeforeReplace: req.getDeletebeforereplace(),
        ignoreChanges: req.getIgnorechangesList(),
        dependencies: [...new Set(req.getDependenciesList().map(shortUrn))].toSorted(),
        parent: req.getParent() === "" ? "" : shortUrn(req.getParent()),
      },
    });
    await register(req, callback);
  };
}
const pending: Pick<RecordedResource, "secretInputs" | "options">[] = [];

// The engine hands assets to providers; here their path is enough.
const isAsset = (value: unknown): boolean =>
  pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value);
const plain = (value: unknown): unknown => {
  if (isAsset(value)) return { asset: (value as { path?: unknown }).path ?? "inline" };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
};

/** The version that the producer's own test pins: what a consumer would find deployed. */
function pinnedVersion(layer: string): unknown {
  const inventory = path.join(request.folder, "..", layer, "test/inventory.json");
  return (JSON.parse(readFileSync(inventory, "utf8")) as { readonly contractVersion: unknown }).contractVersion;
}

async function newResource(args: MockArgs): Promise<pulumi.runtime.MockResourceResult> {
  if (args.type === "pulumi:pulumi:StackReference") {
    const layer = /^organization\/srs-([a-z]+)\//.exec(String(args.inputs.name))?.[1] ?? "";
    const contract = request.contracts[layer];
    const outputs = contract ? { contract, contractVersion: pinnedVersion(layer) } : {};
    return { id: args.name, state: { ...args.inputs, outputs, secretOutputNames: [] } };
  }
  // Set in the same turn: the monitor calls its mocks synchronously.
  const registration = pending.pop();
  if (!registration) throw new Error(`${args.type} ${args.name} was not registered.`);
  let props = args.inputs;
  for (const transform of transforms) {
    const result = await transform({
      custom: args.custom ?? true,
      type: args.type,
      name: args.name,
      props,
      opts: {},
    });
    // Transforms answer in the engine's form.
    if (result) props = pulumi.runtime.deserializeProperties(struct.Struct.fromJavaScript(result.props));
  }
  const inputs = plain(props) as Record<string, unknown>;
  if (args.type !== "pulumi:pulumi:Stack") {
    resources.push({ type: args.type, name: args.name, custom: args.custom ?? true, inputs, ...registration });
  }
  const { id, outputs } = createdState(args.type, args.name, inputs);
  return { id: args.custom ? id : undefined, state: { ...props, ...outputs } };
}

async function main(): Promise<RawRecording> {
  const projectName = /^name: (\S+)/m.exec(readFileSync(path.join(request.folder, "Pulumi.yaml"), "utf8"))?.[1];
  if (!projectName) throw new Error(`${request.folder}/Pulumi.yaml names no project.`);
  pulumi.runtime.setAllConfig(configuration(projectName));
  await pulumi.runtime.setMocks(
    {
      newResource,
      call: (args: { readonly token: string; readonly inputs: Record<string, unknown> }) => {
        calls.push({ token: args.token, inputs: args.inputs });
        return callResult(args.token, args.inputs);
      },
    },
    projectName,
    request.stack,
    false,
    "organization",
  );
  watchRegistrations();

  const program = (await import(pathToFileURL(path.join(request.folder, "index.ts")).href)) as {
    contract: pulumi.Output<unknown>;
    contractVersion: unknown;
  };
  const contractIsSecret = await pulumi.isSecret(program.contract);
  const value = await new Promise<unknown>((resolve) => program.contract.apply(resolve));
  await pulumi.runtime.disconnect();
  // What failed without anybody waiting for it is reported when the queue of promises has run dry: let it.
  await new Promise((resolve) => setImmediate(resolve));
  return { resources, calls, contract: value, contractIsSecret, contractVersion: program.contractVersion };
}

try {
  writeFileSync(outputFile, JSON.stringify(await main()));
  process.exit(0);
} catch (error) {
  fail(error);
}
