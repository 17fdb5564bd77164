import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import pg from "pg";
import { LastingConnection } from "../src/database/lasting-connection.ts";

const HOUR_MS = 3_600_000;

describe("a connection that lasts", () => {
  let postgres: Postgres;
  let at = 0;
  let opened: pg.Client[] = [];
  let refuse = false;
  const connect = async () => {
    if (refuse) throw new Error("refused");
    const client = new pg.Client(postgres.login("postgres", "srs_app_a"));
    client.on("error", () => undefined);
    await client.connect();
    opened.push(client);
    return client;
  };
  const start = () => new LastingConnection(connect, () => at);
  const pidOn = (connection: LastingConnection, sql = "select pg_backend_pid() as pid") =>
    connection.use(
      async (client) => (await client.query<{ pid: number }>(sql)).rows[0]!.pid,
      () => true,
    );
  const until = async (holds: () => boolean | Promise<boolean>) => {
    const deadline = Date.now() + 10_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error("It did not come about within ten seconds.");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const aliveIn = async (pid: number) => {
    const admin = await postgres.admin();
    const { rowCount } = await admin.query("select from pg_stat_activity where pid = $1", [pid]);
    await admin.end();
    return rowCount === 1;
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    const admin = await postgres.admin();
    await createRoles(admin);
    await admin.end();
  }, 30_000);
  afterAll(() => postgres.stop());
  beforeEach(() => {
    at = 0;
    opened = [];
    refuse = false;
  });

  it("is one for many, until it is old; then another takes its place and it ends", async () => {
    const connection = start();
    const [first, again] = await Promise.all([pidOn(connection), pidOn(connection)]);
    expect(again).toBe(first);
    at += HOUR_MS;
    await pidOn(connection);
    await until(async () => (await pidOn(connection)) !== first);
    await until(async () => !(await aliveIn(first)));
    expect(opened).toHaveLength(2);
    await connection.close();
  });

  it("lets what runs on the old one end there", async () => {
    const connection = start();
    const first = await pidOn(connection);
    at += HOUR_MS;
    const slow = pidOn(connection, "select pg_backend_pid() as pid, pg_sleep(1)");
    await until(async () => (await pidOn(connection)) !== first);
    expect(await slow).toBe(first);
    await until(async () => !(await aliveIn(first)));
    await connection.close();
  });

  it("goes on with the old one where no other can be opened, and tries again later", async () => {
    const connection = start();
    const first = await pidOn(connection);
    refuse = true;
    at += HOUR_MS;
    expect([await pidOn(connection), await pidOn(connection)]).toEqual([first, first]);
    refuse = false;
    at += 60_000;
    await until(async () => (await pidOn(connection)) !== first);
    await connection.close();
  });

  it("is opened again after it broke, and leaves nothing open when it is closed", async () => {
    const connection = start();
    const first = await pidOn(connection);
    await expect(pidOn(connection, "select pg_terminate_backend(pg_backend_pid())")).rejects.toThrow();
    const second = await pidOn(connection);
    expect(second).not.toBe(first);
    await connection.close();
    await until(async () => !(await aliveIn(second)));
    await expect(pidOn(connection)).rejects.toThrow("Client was closed");
  });
});
