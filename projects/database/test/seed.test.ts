import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import { createHash } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../src/migration/migrate.ts";
import { parseAgreement, upholdAgreement } from "../src/seed/agreements.ts";
import { catalog } from "../src/seed/catalog.ts";
import { load } from "../src/seed/load.ts";
import { student } from "../src/seed/students.ts";

describe("generated students", () => {
  const offered = catalog(1, 1_000);
  const digest = (seed: number) => {
    const hash = createHash("sha256");
    for (let index = 0; index < 200; index++) hash.update(JSON.stringify(student(seed, index, offered)));
    return hash.digest("hex");
  };

  it("are the same for the same seed, and others for another", () => {
    expect(digest(1)).toBe(digest(1));
    expect(digest(1)).not.toBe(digest(2));
  });

  it("do not depend on which were made before", () => {
    const alone = student(1, 150, offered);
    for (let index = 0; index < 150; index++) student(1, index, offered);
    expect(student(1, 150, offered)).toEqual(alone);
  });

  it("are nobody: numbers, phones and addresses exist in fiction only", () => {
    for (let index = 0; index < 500; index++) {
      const { persons, students } = student(1, index, offered);
      expect(students.student_number).toMatch(/^9[0-9]{8}$/);
      expect(persons.institutional_email).toMatch(/@example\.edu$/);
      expect(persons.personal_email ?? "none@personal.example.edu").toMatch(/@personal\.example\.edu$/);
      for (const { e164 } of persons.phones as { e164: string }[]) expect(e164).toMatch(/^\+1[0-9]{3}55501[0-9]{2}$/);
    }
  });

  it("include names outside ASCII", () => {
    const names = Array.from({ length: 300 }, (_, index) =>
      JSON.stringify(student(1, index, offered).persons.legal_name),
    );
    // eslint-disable-next-line no-control-regex
    expect(names.filter((name) => /[^\x00-\x7f]/.test(name)).length).toBeGreaterThan(30);
  });
});

describe("loading", () => {
  let postgres: Postgres;
  let client: pg.Client;
  beforeAll(async () => {
    postgres = await startPostgres();
    const admin = await postgres.admin();
    await createRoles(admin);
    await admin.end();
    await postgres.createDatabase("records", { owner: "srs_owner" });
    client = new pg.Client(postgres.login("records", "srs_owner"));
    await client.connect();
    await migrate(client, join(import.meta.dirname, "../migrations"));
  }, 30_000);
  afterAll(async () => {
    await client.end();
    await postgres.stop();
  });

  it("fills an empty database under every constraint, and leaves a filled one alone", async () => {
    expect(await load(client, "small", 1)).toEqual({ students: 1_000, loaded: true });
    expect(await load(client, "small", 1)).toEqual({ students: 1_000, loaded: false });
    const { rows } = await client.query(`
      select (select count(*)::int from records.campuses) as campuses,
             (select count(*)::int from records.enrollments) as enrollments,
             (select count(*)::int from records.final_grades) as grades,
             (select count(*)::int from records.enrollments where state = 'enrolled') as ungraded`);
    expect(rows).toEqual([{ campuses: 5, enrollments: 8_000, grades: 4_000, ungraded: 4_000 }]);
  }, 30_000);

  it("grants an agreement once, changes it when it differs, and says which", async () => {
    const given = parseAgreement("client-1=MAI,NOR:students.read,students.write");
    expect(await upholdAgreement(client, given)).toBe("added");
    expect(await upholdAgreement(client, given)).toBe("unchanged");
    expect(await upholdAgreement(client, parseAgreement("client-1=all:students.read"))).toBe("changed");
    const { rows } = await client.query(
      "select cardinality(campus_ids) as campuses, scopes, purposes, state from records.party_agreements where client_id = 'client-1'",
    );
    expect(rows).toEqual([{ campuses: 5, scopes: ["students.read"], purposes: ["campus_services"], state: "active" }]);
  });

  it("refuses a campus that does not exist, and names those that do", async () => {
    await expect(upholdAgreement(client, parseAgreement("client-2=XXX:students.read"))).rejects.toThrow("MAI");
    expect(() => parseAgreement("client-2")).toThrow("<clientId>=<campus,...|all>:<scope,...>");
  });
});
