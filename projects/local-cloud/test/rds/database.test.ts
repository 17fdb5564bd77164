import { Signer } from "@aws-sdk/rds-signer";
import type pg from "pg";
import { rdsService } from "../../src/services/rds/index.ts";
import { Resources } from "../support/resources.ts";
import { eventually } from "../support/eventually.ts";
import { ADMINISTRATOR_ROLE, startTestCloud } from "../support/test-cloud.ts";
import {
  APPLICATION,
  PARAMETERS,
  addProxy,
  connect,
  masterPassword,
  startDatabase,
  withClient,
} from "./database-fixture.ts";
import type { Database, Login } from "./database-fixture.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

describe("an Aurora cluster with a writer and a reader", () => {
  let database: Database;
  let master: Login;
  let reading: Login;

  beforeAll(async () => {
    database = await startDatabase();
    const { cluster } = database;
    const port = cluster.outputs.port as number;
    master = {
      host: cluster.outputs.endpoint as string,
      port,
      user: "srsroot",
      password: await masterPassword(database),
    };
    reading = { ...master, host: cluster.outputs.readerEndpoint as string };
  });
  afterAll(() => database?.cloud.close());

  const asMaster = <Result>(work: (client: pg.Client) => Promise<Result>) => withClient(database.cloud, master, work);

  it("lets the master user in with the managed password, over verified TLS", async () => {
    const version = await asMaster((client) => client.query("show server_version"));
    expect(version.rows[0].server_version).toMatch(/^17\./);
  });

  it("refuses a client without TLS, and one that trusts another authority", async () => {
    await expect(connect(database.cloud, master, { ssl: false })).rejects.toMatchObject({
      code: "28000",
      message: expect.stringContaining("no encryption"),
    });
    await expect(connect(database.cloud, master, { ssl: true })).rejects.toThrow(/certificate/);
  });

  it("refuses a wrong password, and the cloud's own administrator", async () => {
    await expect(connect(database.cloud, { ...master, password: "wrong-password" })).rejects.toMatchObject({
      code: "28P01",
    });
    await expect(connect(database.cloud, { ...master, user: "rdsadmin" })).rejects.toMatchObject({ code: "28000" });
  });

  it("puts the parameter group into force, and says which parameters have no effect here", async () => {
    const { rows } = await asMaster((client) =>
      client.query("select name, setting from pg_settings where name = any($1)", [
        ["statement_timeout", "fsync", "shared_preload_libraries"],
      ]),
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      statement_timeout: "5000",
      fsync: "on",
      shared_preload_libraries: "pg_stat_statements",
    });
    expect(database.cloud.logLines.filter((line) => line.includes("pgaudit"))).toHaveLength(2);
  });

  it("applies a changed parameter to running servers", async () => {
    const group = database.parameterGroup;
    const parameters = PARAMETERS.map((parameter) =>
      parameter.name === "statement_timeout" ? { ...parameter, value: "7000" } : parameter,
    );
    await new Resources(database.cloud).update(group, { ...group.inputs, parameters });
    await eventually(async () => {
      const { rows } = await asMaster((client) => client.query("show statement_timeout"));
      expect(rows[0].statement_timeout).toBe("7s");
    });
  });

  it("shows the reader what the writer committed, and lets nobody write there", async () => {
    await asMaster((client) =>
      client.query("create table public.proof (id int primary key); insert into public.proof values (1)"),
    );
    await eventually(() =>
      withClient(database.cloud, reading, async (client) => {
        expect((await client.query("select id from public.proof")).rows).toEqual([{ id: 1 }]);
      }),
    );
    await withClient(database.cloud, reading, (client) =>
      expect(client.query("insert into public.proof values (2)")).rejects.toMatchObject({ code: "25006" }),
    );
  });

  it("cancels a running statement through the endpoint", async () => {
    const client = await connect(database.cloud, master);
    const pid = (client as unknown as { processID: number }).processID;
    const slept = expect(client.query("select pg_sleep(30)")).rejects.toMatchObject({ code: "57014" });
    await eventually(async () => {
      const { rows } = await asMaster((other) =>
        other.query("select pg_cancel_backend($1) as done from pg_stat_activity where pid = $1 and state = 'active'", [
          pid,
        ]),
      );
      expect(rows).toEqual([{ done: true }]);
    });
    await slept;
    await client.end();
  });

  describe("a user in rds_iam", () => {
    const user = "srs_owner";
    beforeAll(() => asMaster((client) => client.query("create role srs_owner login; grant rds_iam to srs_owner")));

    const token = (overrides: Partial<ConstructorParameters<typeof Signer>[0]> = {}) =>
      new Signer({
        hostname: master.host,
        port: master.port,
        username: user,
        region: "us-east-1",
        credentials: database.cloud.credentials.issue(ADMINISTRATOR_ROLE),
        ...overrides,
      }).getAuthToken();
    const login = (password: string) => connect(database.cloud, { ...master, user, password });

    it("logs in with a token of a role", async () => {
      const client = await login(await token());
      expect((await client.query("select current_user as user")).rows).toEqual([{ user }]);
      await client.end();
    });

    it("is refused with a token that is forged, for another user or for another endpoint", async () => {
      const forged = { accessKeyId: database.cloud.credentials.operator.accessKeyId, secretAccessKey: "x".repeat(40) };
      for (const password of [
        await token({ credentials: forged }),
        await token({ username: "srsroot" }),
        await token({ port: master.port + 1 }),
        "no token at all",
      ]) {
        await expect(login(password)).rejects.toMatchObject({
          code: "28000",
          message: `PAM authentication failed for user "${user}"`,
        });
      }
    });

    it("is refused where the cluster does not allow IAM", async () => {
      const { cloud, cluster } = database;
      const off = await new Resources(cloud).update(cluster, {
        ...cluster.inputs,
        iamDatabaseAuthenticationEnabled: false,
      });
      await expect(login(await token())).rejects.toMatchObject({ code: "28000" });
      await new Resources(cloud).update(off, { ...off.inputs, iamDatabaseAuthenticationEnabled: true });
      await (await login(await token())).end();
    });
  });

  describe("behind a proxy", () => {
    let proxied: Login;
    let readingProxied: Login;

    beforeAll(async () => {
      await asMaster((client) =>
        client.query(`create role ${APPLICATION.user} login password '${APPLICATION.password}'`),
      );
      ({ readWrite: proxied, readOnly: readingProxied } = await addProxy(database));
    });

    it("reaches the writer and, at the read endpoint, the reader", async () => {
      const inRecovery = (login: Login) =>
        withClient(
          database.cloud,
          login,
          async (client) => (await client.query("select pg_is_in_recovery() as standby")).rows[0].standby,
        );
      expect(await inRecovery(proxied)).toBe(false);
      // The role reaches the reader by replication, a moment after the writer has it.
      await eventually(async () => expect(await inRecovery(readingProxied)).toBe(true));
    });

    it("refuses a user that no registered secret names, and a client without TLS", async () => {
      await expect(connect(database.cloud, { ...proxied, user: "srsroot", password: master.password })).rejects.toThrow(
        "This RDS proxy has no credentials for the role srsroot",
      );
      await expect(connect(database.cloud, proxied, { ssl: false })).rejects.toMatchObject({ code: "28000" });
    });
  });

  it("finds everything again after a restart of the cloud, on the same addresses and processes", async () => {
    const { cloud } = database;
    const pids = () => ["rds-records-1", "rds-records-2"].map((name) => database.cloud.processes.get(name)?.pid);
    const before = pids();
    await cloud.stop();
    await expect(connect(cloud, master)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    database = { ...database, cloud: await startTestCloud([rdsService], { home: cloud.home }) };
    expect(pids()).toEqual(before);
    expect((await asMaster((client) => client.query("select id from public.proof"))).rows).toEqual([{ id: 1 }]);
    await withClient(database.cloud, reading, (client) => client.query("select 1"));
  });

  it("starts a killed reader again by itself, on the data it had", async () => {
    const { cloud, reader } = database;
    const killed = cloud.processes.get("rds-records-2")!.pid;
    process.kill(killed, "SIGKILL");
    await eventually(async () => {
      expect(cloud.processes.get("rds-records-2")!.pid).not.toBe(killed);
      expect(await new Resources(cloud).read(reader)).toMatchObject({ writer: false });
    });
    await withClient(cloud, reading, async (client) =>
      expect((await client.query("select id from public.proof")).rows).toEqual([{ id: 1 }]),
    );
  });

  it("hands over to the reader when the writer's instance is deleted, and loses nothing", async () => {
    const { cloud, cluster, writer, reader } = database;
    await asMaster((client) => client.query("insert into public.proof values (3)"));
    await new Resources(cloud).remove(writer);
    expect(await new Resources(cloud).read(reader)).toMatchObject({ writer: true });
    expect((await asMaster((client) => client.query("select id from public.proof order by id"))).rows).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
    await asMaster((client) => client.query("insert into public.proof values (4)"));
    expect(await new Resources(cloud).read(cluster)).toMatchObject({ clusterMembers: ["records-2"] });
  });

  it("refuses to delete a cluster with an instance or with protection; afterwards nothing is left", async () => {
    const { cloud, reader, cluster } = database;
    await expect(new Resources(cloud).remove(cluster)).rejects.toThrow("still contains DB instances");
    await new Resources(cloud).remove(reader);
    await expect(
      new Resources(cloud).remove({ ...cluster, inputs: { ...cluster.inputs, deletionProtection: true } }),
    ).rejects.toThrow("Cannot delete protected Cluster");
    await new Resources(cloud).remove(cluster);
    expect(cloud.processes.list().filter(({ name, alive }) => name.startsWith("rds-") && alive)).toEqual([]);
    await expect(connect(cloud, master)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
