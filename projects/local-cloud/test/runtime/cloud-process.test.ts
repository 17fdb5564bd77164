import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { identify, isAlive } from "../../src/processes/process-identity.ts";
import { runningCloud } from "../../src/runtime/cloud-file.ts";
import { stackLayout } from "../../src/runtime/layout.ts";
import { eventually } from "../support/eventually.ts";

const ROOT = resolve(import.meta.dirname, "..", "..", "..", "..");
const CLI = join(ROOT, "projects", "local-cloud", "src", "cli.ts");
const STACK = `local-test${process.pid}`;
const layout = stackLayout(ROOT, STACK);

interface Up {
  readonly providers: { readonly aws: number };
  readonly awsEndpointUrl: string;
  readonly caFile: string;
  readonly reset: boolean;
}

async function cli(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [CLI, ...args, "--stack", STACK], { cwd: ROOT });
}
const up = async () => JSON.parse((await cli("up")).stdout) as Up;
const motoPid = async () => Number(/moto\s+runs, pid (\d+)/.exec((await cli("status")).stdout)?.[1]);
const alive = (pid: number) => {
  const identity = identify(pid);
  return identity !== undefined && isAlive(identity);
};

async function sdk() {
  const { stdout } = await cli("env");
  const variable = (name: string) => new RegExp(`^export ${name}='(.*)'$`, "m").exec(stdout)?.[1] ?? "";
  const credentials = {
    accessKeyId: variable("AWS_ACCESS_KEY_ID"),
    secretAccessKey: variable("AWS_SECRET_ACCESS_KEY"),
  };
  return { endpoint: variable("AWS_ENDPOINT_URL"), region: variable("AWS_REGION"), credentials };
}

// One story: each step begins where the one before ended.
describe("the cloud of a stack, from the command line", () => {
  jest.setTimeout(60_000);
  afterAll(async () => {
    await cli("down");
    rmSync(resolve(layout.home, ".."), { recursive: true, force: true });
  });

  let keyId: string | undefined;
  let moto: number;

  it("refuses a stack that could hold real data", async () => {
    const call = promisify(execFile)(process.execPath, [CLI, "up", "--stack", "prod"], { cwd: ROOT });
    await expect(call).rejects.toMatchObject({ stderr: expect.stringContaining('"prod" is none of them') as string });
  });

  it("starts, tells the driver where it is in one line, and is found running by the next call", async () => {
    const first = await up();
    expect(first).toMatchObject({ reset: false, providers: { aws: expect.any(Number) as number } });
    expect(existsSync(first.caFile)).toBe(true);
    expect(await up()).toMatchObject({ awsEndpointUrl: first.awsEndpointUrl, reset: false });
    keyId = (await new KMSClient(await sdk()).send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    moto = await motoPid();
  });

  it("when two start it at the same time, runs once", async () => {
    const [one, other] = await Promise.all([up(), up()]);
    expect(one.awsEndpointUrl).toBe(other.awsEndpointUrl);
  });

  it("comes back after it was killed, at the same address, with what it held", async () => {
    const before = await up();
    process.kill(runningCloud(layout.cloudFile)!.pid, "SIGKILL");
    await eventually(() => expect(runningCloud(layout.cloudFile)).toBeUndefined());
    expect(alive(moto)).toBe(true);
    expect(await up()).toMatchObject({ awsEndpointUrl: before.awsEndpointUrl, caFile: before.caFile, reset: false });
    expect(await motoPid()).toBe(moto);
    const found = await new KMSClient(await sdk()).send(new DescribeKeyCommand({ KeyId: keyId }));
    expect(found.KeyMetadata?.KeyId).toBe(keyId);
  });

  it("begins anew, and says so to the driver, when moto has lost its memory", async () => {
    mkdirSync(join(layout.engineState, ".pulumi"), { recursive: true });
    process.kill(moto, "SIGKILL");
    await eventually(async () => expect((await cli("status")).stdout).toContain("lost its memory"));
    expect(await up()).toMatchObject({ reset: true });
    const call = new KMSClient(await sdk()).send(new DescribeKeyCommand({ KeyId: keyId }));
    await expect(call).rejects.toMatchObject({ name: "NotFoundException" });
    expect(await up()).toMatchObject({ reset: false });
  });

  it("goes down with all it started when it was killed before, and leaves nothing", async () => {
    moto = await motoPid();
    process.kill(runningCloud(layout.cloudFile)!.pid, "SIGKILL");
    await cli("down");
    expect(alive(moto)).toBe(false);
    expect(existsSync(layout.home)).toBe(false);
    expect(existsSync(layout.cloudFile)).toBe(false);
    await cli("down");
  });
});
