/** A real HTTP server that speaks the AWS API, for the processes that talk to it. */
import { freePort } from "@records/testing/databases";
import { toolFolder } from "@records/testing/redis";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { eventually } from "./world.ts";

export interface Aws {
  readonly endpoint: string;
  /** What a process needs to use it; also the options of a client. */
  readonly variables: Readonly<Record<string, string>>;
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  stop(): Promise<void>;
}

export async function startAws(): Promise<Aws> {
  const port = await freePort();
  const server = spawn(join(toolFolder(), "moto-5.2.5/bin/moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  const killWithTest = () => server.kill("SIGKILL");
  process.once("exit", killWithTest);
  const endpoint = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    await fetch(`${endpoint}/moto-api/`);
  }, 30_000);
  return {
    endpoint,
    variables: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    client: { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
    stop: async () => {
      process.off("exit", killWithTest);
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}
