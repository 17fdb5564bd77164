import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import type { Server } from "node:tls";
import { listen } from "../../src/cloud.ts";
import type { CertificateAuthority } from "../../src/cloud.ts";
import { openCertificateAuthority } from "../../src/runtime/certificates.ts";

describe("the certificate authority", () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "certificates-"));
  });
  afterEach(() => {
    servers.splice(0).forEach((server) => server.close());
    rmSync(folder, { recursive: true });
  });

  /** Connects as a client would that trusts this authority and nobody else. */
  async function handshake(serverSide: CertificateAuthority, caFile: string, names: string[], servername?: string) {
    const { cert, key } = await serverSide.issue(names);
    const server = createServer({ cert, key }, (socket) => socket.end());
    servers.push(server);
    const port = await listen(server, 0);
    return new Promise<boolean>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, ca: readFileSync(caFile), servername }, () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.once("error", reject);
    });
  }

  it("issues certificates that verify for an address and for a name", async () => {
    const authority = await openCertificateAuthority(folder, "local");
    expect(await handshake(authority, authority.caFile, ["127.0.0.1"])).toBe(true);
    expect(await handshake(authority, authority.caFile, ["api.example.edu"], "api.example.edu")).toBe(true);
  });

  it("issues none that verify for another name, or under another authority", async () => {
    const authority = await openCertificateAuthority(folder, "local");
    await expect(
      handshake(authority, authority.caFile, ["api.example.edu"], "other.example.edu"),
    ).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    const other = await openCertificateAuthority(join(folder, "other"), "local-other");
    await expect(handshake(authority, other.caFile, ["127.0.0.1"])).rejects.toThrow();
  });

  it("is the same after a restart, and so are its certificates, whatever the order of the names", async () => {
    const before = await openCertificateAuthority(folder, "local");
    const first = await before.issue(["127.0.0.1", "a.example.edu"]);
    const after = await openCertificateAuthority(folder, "local");
    expect((await after.issue(["a.example.edu", "127.0.0.1"])).cert).toBe(first.cert);
    expect(await handshake(after, before.caFile, ["127.0.0.1"])).toBe(true);
  });

  it("gives callers at the same time one certificate with its own key", async () => {
    const authority = await openCertificateAuthority(folder, "local");
    const issued = await Promise.all([1, 2, 3].map(() => authority.issue(["127.0.0.1"])));
    expect(new Set(issued.map(({ cert, key }) => cert + key)).size).toBe(1);
    expect(await handshake(authority, authority.caFile, ["127.0.0.1"])).toBe(true);
  });

  it("keeps its keys readable by their owner alone", async () => {
    const authority = await openCertificateAuthority(folder, "local");
    await authority.issue(["127.0.0.1"]);
    const keys = readdirSync(folder).filter((name) => name.endsWith(".key"));
    expect(keys).toHaveLength(2);
    expect(keys.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0)).toEqual([]);
  });
});
