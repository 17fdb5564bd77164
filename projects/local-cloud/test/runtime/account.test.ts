import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceRecord } from "../../src/resource-type.ts";
import { openAccount } from "../../src/runtime/account.ts";

const record = (id: string, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
  urn: `urn:pulumi:local::p::aws:x/thing:Thing::${id}`,
  type: "aws:x/thing:Thing",
  id,
  arn: `arn:aws:x:us-east-1:000000000000:thing/${id}`,
  inputs: { name: id },
  outputs: { name: id },
  ...more,
});

describe("the account", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "account-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, "account.json");

  it("finds resources by URN, id, ARN and type, after a restart too", async () => {
    const before = openAccount(file());
    await Promise.all([before.put(record("a"), []), before.put(record("b"), [])]);
    for (const account of [before, openAccount(file())]) {
      expect(account.all()).toHaveLength(2);
      expect(account.byUrn(record("a").urn)).toEqual(record("a"));
      expect(account.byId(record("b").type, "b")).toEqual(record("b"));
      expect(account.byArn(record("b").arn!)).toEqual(record("b"));
      expect(account.ofType("aws:x/other:Other")).toEqual([]);
    }
  });

  it("is on disk before a put is answered, and a removal too", async () => {
    const account = openAccount(file());
    await account.put(record("a"), []);
    expect(openAccount(file()).all()).toHaveLength(1);
    await account.remove(record("a").urn, "a");
    expect(openAccount(file()).all()).toEqual([]);
  });

  it("keeps secret properties in memory and off the disk, in inputs and outputs", async () => {
    const account = openAccount(file());
    const secret = record("a", { inputs: { name: "a", password: "planted-1" }, outputs: { token: "planted-2" } });
    await account.put(secret, ["password", "token"]);
    expect(account.byUrn(secret.urn)).toEqual(secret);
    expect(readFileSync(file(), "utf8")).not.toContain("planted");
    expect(openAccount(file()).byUrn(secret.urn)?.inputs).toEqual({ name: "a" });
  });

  it("holds the old and the new resource while one replaces the other", async () => {
    const account = openAccount(file());
    const { urn } = record("old");
    await account.put(record("old"), []);
    await account.put(record("new", { urn }), []);
    expect(account.byUrn(urn)?.id).toBe("new");
    await account.remove(urn, "old");
    expect(account.all().map(({ id }) => id)).toEqual(["new"]);
  });

  it("is readable by its owner alone, and leaves no temporary file", async () => {
    await openAccount(file()).put(record("a"), []);
    expect(statSync(file()).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(["account.json"]);
  });

  it("names the file when it cannot be understood", () => {
    writeFileSync(file(), "{ half");
    expect(() => openAccount(file())).toThrow(file());
  });
});
