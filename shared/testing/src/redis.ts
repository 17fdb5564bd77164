/** A real Redis for tests: one server per test file, in memory, on loopback at a free port, gone with the test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type ServerTls } from "./databases.ts";

/** Where the set-up puts programs that are no npm packages. */
export function toolFolder(): string {
  return process.env.RECORDS_TOOLS ?? join(homedir(), ".cache/student-records");
}

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** Stops answering without closing connections, as a server that hangs does; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** @param tls with it, nothing but TLS is spoken */
export async function startRedis({ tls }: { readonly tls?: ServerTls } = {}): Promise<RedisServer> {
  const folder = join(toolFolder(), "redis-7");
  const port = await freePort();
  const own = await mkdtemp(join(tmpdir(), "records-redis-"));
  await writeFile(join(own, "server.crt"), tls?.cert ?? "");
  await writeFile(join(own, "server.key"), tls?.key ?? "", { mode: 0o600 });
  const listening =
    tls === undefined
      ? ["--port", String(port)]
      : [
          ...["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no"],
          ...["--tls-cert-file", join(own, "server.crt"), "--tls-key-file", join(own, "server.key")],
        ];
  const server = spawn(
    join(folder, "usr/bin/redis-server"),
    [...listening, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"],
    { stdio: "ignore", env: { LD_LIBRARY_PATH: join(folder, "usr/lib/x86_64-linux-gnu") } },
  );
  const failed = new Promise<never>((_, reject) => server.once("error", reject));
  const killWithTest = () => server.kill("SIGKILL");
  process.once("exit", killWithTest);
  await Promise.race([failed, untilListening(port)]);
  return {
    host: "127.0.0.1",
    port,
    pause: () => server.kill("SIGSTOP"),
    resume: () => server.kill("SIGCONT"),
    stop: async () => {
      process.off("exit", killWithTest);
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, "exit");
        server.kill("SIGCONT");
        server.kill("SIGKILL");
        await ended;
      }
      await rm(own, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number, deadlineMs = 10_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error("The test's Redis does not listen.", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}
