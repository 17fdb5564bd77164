import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "../../src/cloud.ts";
import { identify, isAlive } from "../../src/processes/process-identity.ts";
import { openSupervisor, stopRecordedProcesses } from "../../src/processes/supervisor.ts";
import type { RunningSupervisor } from "../../src/processes/supervisor.ts";
import { eventually } from "../support/eventually.ts";

const SUPERVISOR_SOURCE = join(import.meta.dirname, "..", "..", "src", "processes", "supervisor.ts");

/** A process that does nothing for an hour. */
const sleeper = (name: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name,
  command: "sleep",
  args: ["3600"],
  env: {},
  restart: "always",
  ...more,
});

describe("the supervisor", () => {
  let home: string;
  let lines: string[];
  const opened: RunningSupervisor[] = [];
  const open = (): RunningSupervisor => {
    const supervisor = openSupervisor(home, (line) => void lines.push(line));
    opened.push(supervisor);
    return supervisor;
  };
  const alive = (pid: number) => {
    const identity = identify(pid);
    return identity !== undefined && isAlive(identity);
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "supervisor-"));
    lines = [];
  });
  afterEach(async () => {
    opened.splice(0).forEach((supervisor) => supervisor.release());
    await stopRecordedProcesses(home);
    rmSync(home, { recursive: true });
  });

  it("starts a process again that was killed, and says that it ended", async () => {
    const supervisor = open();
    const exits: unknown[] = [];
    supervisor.onExit((...exit) => void exits.push(exit));
    const process_ = await supervisor.ensure(sleeper("server"));
    const first = process_.pid;
    process.kill(first, "SIGKILL");
    await eventually(() => {
      expect(process_.pid).not.toBe(first);
      expect(process_.alive).toBe(true);
    });
    expect(exits).toEqual([["server", null, "SIGKILL"]]);
    expect(alive(first)).toBe(false);
  });

  it("tells the exit code of a process that runs once, and forgets it", async () => {
    const supervisor = open();
    const once = await supervisor.ensure(sleeper("once", { command: "sh", args: ["-c", "exit 3"], restart: "never" }));
    expect(await once.ended).toBe(3);
    await eventually(() => expect(supervisor.get("once")).toBeUndefined());
    expect(readFileSync(join(home, "processes.json"), "utf8").trim()).toBe("[]");
  });

  it("writes what a process prints to its log file", async () => {
    const supervisor = open();
    const once = await supervisor.ensure(
      sleeper("speaker", { command: "sh", args: ["-c", "echo out; echo err >&2"], restart: "never" }),
    );
    await once.ended;
    expect(readFileSync(join(home, "logs", "speaker.log"), "utf8")).toBe("out\nerr\n");
  });

  it("keeps a process whose description is the same, and replaces one that is described otherwise", async () => {
    const supervisor = open();
    const first = await supervisor.ensure(sleeper("server", { env: { A: "1" } }));
    expect(await supervisor.ensure(sleeper("server", { env: { A: "2" } }))).toBe(first);
    const second = await supervisor.ensure(sleeper("server", { args: ["7200"] }));
    expect(second.pid).not.toBe(first.pid);
    expect(alive(first.pid)).toBe(false);
  });

  it("starts a process once when it is asked for twice at the same time", async () => {
    const supervisor = open();
    const [one, other] = await Promise.all([
      supervisor.ensure(sleeper("server")),
      supervisor.ensure(sleeper("server")),
    ]);
    expect(one).toBe(other);
    expect(supervisor.list()).toHaveLength(1);
  });

  it("never writes a process's environment to disk, not even after it was started again", async () => {
    const supervisor = open();
    const server = await supervisor.ensure(sleeper("server", { env: { PASSWORD: "planted-4b1d" } }));
    const first = server.pid;
    process.kill(first, "SIGKILL");
    await eventually(() => expect(server.pid).not.toBe(first));
    expect(readFileSync(`/proc/${server.pid}/environ`, "utf8")).toContain("planted-4b1d");
    const records = readFileSync(join(home, "processes.json"), "utf8");
    expect(records).toContain(String(server.pid));
    expect(records).not.toContain("planted-4b1d");
  });

  it("stops with the signal asked for, and kills the whole group when the grace period is over", async () => {
    const supervisor = open();
    const stubborn = join(home, "stubborn.sh");
    writeFileSync(stubborn, `trap '' TERM\nsleep 3600 &\necho $! > ${home}/grandchild\nwhile :; do sleep 1; done\n`);
    const server = await supervisor.ensure(
      sleeper("stubborn", { command: "sh", args: [stubborn], stopTimeoutMs: 100 }),
    );
    const grandchild = await eventually(() => {
      const pid = Number(readFileSync(join(home, "grandchild"), "utf8"));
      expect(alive(pid)).toBe(true);
      return pid;
    });
    await supervisor.stop("stubborn");
    expect(alive(server.pid)).toBe(false);
    await eventually(() => expect(alive(grandchild)).toBe(false));
    expect(supervisor.list()).toEqual([]);
  });

  it("stops everything and leaves no record", async () => {
    const supervisor = open();
    const started = await Promise.all(["a", "b", "c"].map((name) => supervisor.ensure(sleeper(name))));
    expect(started.every(({ pid }) => alive(pid))).toBe(true);
    await supervisor.stopAll();
    expect(started.some(({ pid }) => alive(pid))).toBe(false);
    expect(readFileSync(join(home, "processes.json"), "utf8").trim()).toBe("[]");
  });

  it("says what is wrong with a command that does not exist, and leaves nothing", async () => {
    const supervisor = open();
    await expect(supervisor.ensure(sleeper("missing", { command: "/no/such/program" }))).rejects.toThrow(
      /missing could not be started.*ENOENT/,
    );
    expect(supervisor.list()).toEqual([]);
  });

  it("shows another user to a program that refuses root", async () => {
    const supervisor = open();
    const once = await supervisor.ensure(
      sleeper("who", { command: "sh", args: ["-c", "id -u; id -g"], restart: "never", refusesRoot: true }),
    );
    expect(await once.ended).toBe(0);
    expect(readFileSync(join(home, "logs", "who.log"), "utf8")).not.toMatch(/^0$/m);
  });

  describe("after the cloud was killed", () => {
    async function startInAnotherProcess(spec: ProcessSpec): Promise<number> {
      const script = join(home, "parent.ts");
      writeFileSync(
        script,
        `import { openSupervisor } from ${JSON.stringify(SUPERVISOR_SOURCE)};
         const supervisor = openSupervisor(${JSON.stringify(home)}, () => {});
         console.log((await supervisor.ensure(${JSON.stringify(spec)})).pid);
         setInterval(() => {}, 1000);`,
      );
      const parent = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [output] = (await new Promise<Buffer[]>((resolve) =>
        parent.stdout.once("data", (chunk) => resolve([chunk])),
      )) as [Buffer];
      const ended = new Promise((resolve) => parent.once("exit", resolve));
      parent.kill("SIGKILL");
      await ended;
      return Number(output.toString());
    }

    it("finds its processes still alive, takes them back, and restarts them from then on", async () => {
      const pid = await startInAnotherProcess(sleeper("server"));
      expect(alive(pid)).toBe(true);
      const supervisor = open();
      expect(supervisor.list().map(({ name }) => name)).toEqual(["server"]);
      const adopted = await supervisor.ensure(sleeper("server"));
      expect(adopted.pid).toBe(pid);
      process.kill(pid, "SIGKILL");
      await eventually(() => {
        expect(adopted.pid).not.toBe(pid);
        expect(adopted.alive).toBe(true);
      });
    });

    it("notices the end of a process that nobody has asked for since", async () => {
      const pid = await startInAnotherProcess(sleeper("orphan"));
      const supervisor = open();
      const orphan = supervisor.get("orphan");
      process.kill(pid, "SIGKILL");
      expect(await orphan?.ended).toBeNull();
      await eventually(() => expect(supervisor.list()).toEqual([]));
    });

    it("stops what is left without a supervisor, and nothing that merely has the same pid", async () => {
      const pid = await startInAnotherProcess(sleeper("server"));
      const bystander = spawn("sleep", ["3600"]);
      const file = join(home, "processes.json");
      const [record] = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>[];
      writeFileSync(file, JSON.stringify([record, { ...record, name: "reused", pid: bystander.pid }]));
      expect(await stopRecordedProcesses(home)).toEqual(["server"]);
      expect(alive(pid)).toBe(false);
      expect(alive(bystander.pid!)).toBe(true);
      bystander.kill("SIGKILL");
      expect(existsSync(file)).toBe(true);
    });
  });
});
