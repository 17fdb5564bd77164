// The function as Lambda runs it, in a process of its own, against a real cluster, cache and Secrets Manager.
import { connect, withClient, type Login } from "../../../local-cloud/test/rds/database-fixture.ts";
import { type Place, startPlace } from "./place.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

describe("the bootstrap", () => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace();
  });
  afterAll(() => place?.close());

  const database = (user: string, password: string): Login => ({
    host: place.variables.DATABASE_HOST!,
    port: Number(place.variables.DATABASE_PORT),
    user,
    password,
  });

  it("makes roles, schemas and every missing credential, and names them without a value", async () => {
    expect(await place.invoke({ operation: "bootstrap" })).toEqual({
      created: [
        ...[
          "role srs_owner",
          "role srs_app",
          "role srs_exporter",
          "role srs_auditor",
          "schema records",
          "schema audit",
        ],
        "privileges on the database",
      ],
      credentialsWritten: [
        ...["srs_app_a", "srs_app_b", "srs-api", "srs-invalidator", "pseudonym salt", "place of a client"],
      ],
      unavailable: ["pgaudit"],
    });
  });

  it("changes nothing the second time", async () => {
    const before = [await place.valueOf("APP_SECRET_ARN_A"), await place.valueOf("CACHE_API_SECRET_ARN")];
    expect(await place.invoke({ operation: "bootstrap" })).toMatchObject({ created: [], credentialsWritten: [] });
    expect([await place.valueOf("APP_SECRET_ARN_A"), await place.valueOf("CACHE_API_SECRET_ARN")]).toEqual(before);
  });

  it("writes credentials that work, for the proxy's address", async () => {
    for (const name of ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B"]) {
      const { username, password, host, port } = await place.valueOf(name);
      const proxy = { host: "127.0.0.1", port: Number(place.variables.DATABASE_PROXY_PORT) };
      expect({ host, port, length: password.length }).toEqual({ ...proxy, length: 64 });
      await withClient(place.cloud, database(username, password), (client) => client.query("select 1"));
    }
    for (const name of ["CACHE_API_SECRET_ARN", "CACHE_INVALIDATOR_SECRET_ARN"]) {
      const cache = place.redis(await place.valueOf(name));
      expect(await cache.ping()).toBe("PONG");
      await cache.quit();
    }
  });

  it("gives each role what it needs and no more", async () => {
    const master = await place.valueOf("MASTER_SECRET_ARN");
    await withClient(place.cloud, database("srsroot", master.password), async (client) => {
      const { rows: schemas } = await client.query(
        "select nspname, nspowner::regrole::text as owner from pg_namespace where nspname in ('records', 'audit')",
      );
      expect(schemas.map(({ owner }) => owner)).toEqual(["srs_owner", "srs_owner"]);
      const { rows } = await client.query(
        "select rolname from pg_roles where rolname like 'srs\\_%' and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)",
      );
      expect(rows).toEqual([]);
      const { rows: iam } = await client.query(
        "select rolname from pg_roles where rolname like 'srs\\_%' and pg_has_role(oid, 'rds_iam', 'usage') order by 1",
      );
      expect(iam.map(({ rolname }) => rolname)).toEqual(["srs_auditor", "srs_owner"]);
      // What the master user took to make the schemas, it gave back.
      await expect(client.query("set role srs_owner")).rejects.toMatchObject({ code: "42501" });
    });
    const { username, password } = await place.valueOf("APP_SECRET_ARN_A");
    await withClient(place.cloud, database(username, password), async (client) => {
      await expect(client.query("create table records.mine (id int)")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("create temporary table mine (id int)")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("create table public.mine (id int)")).rejects.toMatchObject({ code: "42501" });
    });
    await expect(connect(place.cloud, database("srs_app", password))).rejects.toMatchObject({ code: "28P01" });
  });

  it("refuses unknown operations, and steps for secrets that are none of its own, in clear words", async () => {
    await expect(place.invoke({ operation: "rotate" })).rejects.toThrow("is unknown to the rotation function");
    await expect(place.invoke({ Step: "dropSecret", SecretId: "x", ClientRequestToken: "y" })).rejects.toThrow(
      "is no step of a rotation",
    );
    await expect(place.invoke({ Step: "createSecret", SecretId: "x", ClientRequestToken: "y" })).rejects.toThrow(
      "does not rotate by this function",
    );
  });

  it("lets no credential into its output, the cloud's log or the servers' logs", async () => {
    const names = ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B", "CACHE_API_SECRET_ARN", "MASTER_SECRET_ARN"];
    const values = await Promise.all(names.map((name) => place.valueOf(name)));
    const written = place.written();
    expect(written).toContain("bootstrap done");
    for (const { password } of values) expect(written).not.toContain(password);
  });
});
