import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { listen } from "../../src/cloud.ts";
import { firstCandidate, openPorts } from "../../src/processes/ports.ts";

describe("ports", () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ports-"));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(folder, { recursive: true });
  });
  const occupy = async (port: number, host: string) => {
    const server = createServer();
    servers.push(server);
    await listen(server, port, host);
  };
  const file = () => join(folder, "ports.json");

  it("are the same for a purpose after a restart, and others for other purposes", async () => {
    const before = openPorts(file());
    const [first, second] = await Promise.all([before.allocate("a"), before.allocate("b")]);
    expect(first).not.toBe(second);
    const after = openPorts(file());
    expect([await after.allocate("a"), await after.allocate("b")]).toEqual([first, second]);
  });

  it("are free to listen on, and not those that someone else holds", async () => {
    await occupy(firstCandidate(file(), "taken"), "127.0.0.1");
    const port = await openPorts(file()).allocate("taken");
    expect(port).not.toBe(firstCandidate(file(), "taken"));
    await occupy(port, "127.0.0.1");
  });

  it("are free on both addresses when two endpoints share one", async () => {
    await occupy(firstCandidate(file(), "pair"), "127.0.0.2");
    const port = await openPorts(file()).allocate("pair", { pair: true });
    await occupy(port, "127.0.0.1");
    await occupy(port, "127.0.0.2");
  });

  it("that someone else took in the meantime are named, with what to do", async () => {
    const port = await openPorts(file()).allocate("a");
    await occupy(port, "127.0.0.1");
    await expect(listen(createServer(), port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is refused`);
  });

  it("can be had again once released", async () => {
    const ports = openPorts(file());
    const port = await ports.allocate("a");
    await ports.release("a");
    expect(await ports.allocate("a")).toBe(port);
  });

  it("begin below those from which outgoing connections take theirs, whatever the purpose", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, purpose) => {
        const port = firstCandidate(path, purpose);
        expect(port).toBeGreaterThanOrEqual(20_000);
        expect(port).toBeLessThan(32_768);
      }),
    );
  });
});
