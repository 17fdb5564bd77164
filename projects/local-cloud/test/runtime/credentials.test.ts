import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCredentials } from "../../src/runtime/credentials.ts";

describe("credentials", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "credentials-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const role = "arn:aws:iam::000000000000:role/api-task";

  it("lead to the role they were issued for, and stay good when the cloud starts again", () => {
    const issued = openCredentials(home).issue(role);
    expect(issued.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const found = openCredentials(home).find(issued.accessKeyId);
    expect(found).toEqual({
      principalArn: role,
      secretAccessKey: issued.secretAccessKey,
      sessionToken: issued.sessionToken,
    });
  });

  it("are the role's own, and those of the operator are for good", () => {
    const credentials = openCredentials(home);
    const other = credentials.issue("arn:aws:iam::000000000000:role/relay-task");
    expect(other.accessKeyId).not.toBe(credentials.issue(role).accessKeyId);
    expect(credentials.operator.accessKeyId).toMatch(/^AKIA/);
    expect(credentials.operator.sessionToken).toBeUndefined();
    expect(openCredentials(home).operator).toEqual(credentials.operator);
  });

  it("of one stack mean nothing in another", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "credentials-"));
    const issued = openCredentials(home).issue(role);
    const other = openCredentials(elsewhere);
    expect(other.find(issued.accessKeyId)).toBeUndefined();
    expect(other.issue(role).secretAccessKey).not.toBe(issued.secretAccessKey);
    rmSync(elsewhere, { recursive: true });
  });

  it("are nowhere on disk", () => {
    const { secretAccessKey, sessionToken = "" } = openCredentials(home).issue(role);
    const files = readdirSync(home).map((name) => readFileSync(join(home, name), "utf8"));
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((text) => text.includes(secretAccessKey) || text.includes(sessionToken))).toEqual([]);
  });
});
