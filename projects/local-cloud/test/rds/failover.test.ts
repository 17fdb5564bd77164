import { rmSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { rdsService } from "../../src/services/rds/index.ts";
import { Resources } from "../support/resources.ts";
import { eventually } from "../support/eventually.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import { APPLICATION, addProxy, connect, masterPassword, startDatabase, withClient } from "./database-fixture.ts";
import type { Database, Login } from "./database-fixture.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

describe("a cluster with a writer and a reader", () => {
  let database: Database;
  let master: Login;

  beforeAll(async () => {
    database = await startDatabase();
    const { outputs } = database.cluster;
    master = {
      host: outputs.endpoint as string,
      port: outputs.port as number,
      user: "srsroot",
      password: await masterPassword(database),
    };
    await asMaster((client) => client.query("create table public.proof (id int primary key)"));
  });
  afterAll(() => database?.cloud.close());

  const asMaster = <Result>(work: (client: pg.Client) => Promise<Result>) => withClient(database.cloud, master, work);
  const reading = (): Login => ({ ...master, host: database.cluster.outputs.readerEndpoint as string });
  const processOf = (instance: string) => database.cloud.processes.get(`rds-${instance}`);
  const isStandby = async (client: pg.Client): Promise<boolean> =>
    (await client.query<{ standby: boolean }>("select pg_is_in_recovery() as standby")).rows[0]!.standby;
  const writes = async (instance: "writer" | "reader") =>
    (await new Resources(database.cloud).read(database[instance]))?.writer as boolean | undefined;
  const failOver = async (parameters: Record<string, string>): Promise<string> => {
    const { api } = database.cloud.services.find(({ name }) => name === "rds")!;
    const body = Buffer.from(new URLSearchParams({ DBClusterIdentifier: "records", ...parameters }).toString());
    const caller = { service: "rds", principalArn: "arn:aws:iam::000000000000:role/operator", headers: {} };
    const call = { ...caller, action: "FailoverDBCluster", method: "POST", path: "/", body };
    return String((await api!.handle(call))!.body);
  };
  let heard = 0;
  /** The writer waits for its replica again, and the cloud has seen it: nothing that is confirmed can be lost. */
  const inStep = async (writer: string, replica: string): Promise<void> => {
    await eventually(() =>
      expect(database.cloud.logLines.slice(heard)).toContain(
        `rds: the instance ${writer} confirms commits together with ${replica}`,
      ),
    );
    heard = database.cloud.logLines.length;
  };
  /** As soon as somebody writes. */
  const ids = () =>
    eventually(async () => {
      const { rows } = await asMaster((client) =>
        client.query<{ id: number }>("select id from public.proof order by id"),
      );
      return rows.map(({ id }) => id);
    });

  it("promotes the reader when the writer dies: every confirmed commit is there, and the writer comes back as a reader", async () => {
    await inStep("records-1", "records-2");
    const killed = processOf("records-1")!.pid;
    const confirmed: number[] = [];
    const writing = await connect(database.cloud, master);
    writing.on("error", () => undefined);
    const loop = (async () => {
      for (let id = 1; ; id++) {
        await writing.query("insert into public.proof values ($1)", [id]);
        confirmed.push(id);
        if (id === 50) process.kill(killed, "SIGKILL");
      }
    })();
    // The client learns that its connection is gone; what was under way is not confirmed.
    await expect(loop).rejects.toThrow();
    await eventually(async () => expect(await writes("reader")).toBe(true));
    expect(confirmed.length).toBeGreaterThanOrEqual(50);
    expect(await ids()).toEqual(expect.arrayContaining(confirmed));
    await eventually(async () => expect(await writes("writer")).toBe(false));
    await inStep("records-2", "records-1");
    await eventually(() =>
      withClient(database.cloud, reading(), async (client) => {
        expect(await isStandby(client)).toBe(true);
        expect((await client.query("select id from public.proof")).rowCount).toBe((await ids()).length);
      }),
    );
  });

  it("serves reads on while the writer is away, on the connection that a reader's client holds", async () => {
    const client = await connect(database.cloud, reading());
    expect(await isStandby(client)).toBe(true);
    let reads = 0;
    let promoted = false;
    const loop = (async () => {
      while (!promoted) {
        await client.query("select count(*) from public.proof");
        reads += 1;
      }
    })();
    const before = await ids();
    process.kill(processOf("records-2")!.pid, "SIGKILL");
    try {
      await eventually(async () => expect(await writes("writer")).toBe(true));
    } finally {
      promoted = true;
    }
    await loop;
    await client.end();
    expect(reads).toBeGreaterThan(0);
    expect(await ids()).toEqual(before);
    await inStep("records-1", "records-2");
  });

  it("promotes the reader when the writer's data is lost", async () => {
    await asMaster((client) => client.query("insert into public.proof values (1001)"));
    const { clusterResourceId } = database.cluster.outputs;
    rmSync(join(database.cloud.home, "postgres", clusterResourceId as string, "instance-records-1"), {
      recursive: true,
    });
    await eventually(async () => expect(await writes("reader")).toBe(true));
    expect(await ids()).toContain(1001);
    await inStep("records-2", "records-1");
    expect(await writes("writer")).toBe(false);
  });

  it("confirms commits without a reader that died, and does not promote it before it has them", async () => {
    process.kill(processOf("records-1")!.pid, "SIGKILL");
    process.kill(processOf("records-2")!.pid, "SIGKILL");
    await eventually(async () => expect(await writes("reader")).toBe(true));
    await inStep("records-2", "records-1");

    process.kill(processOf("records-1")!.pid, "SIGKILL");
    await asMaster((client) => client.query("insert into public.proof values (1002)"));
    expect(await ids()).toContain(1002);
    await inStep("records-2", "records-1");
  });

  it("finds a reader that died while the cloud was away, and commits do not wait for it", async () => {
    const { cloud } = database;
    const reader = processOf("records-1")!.pid;
    await cloud.stop();
    process.kill(reader, "SIGKILL");
    heard = 0;
    database = { ...database, cloud: await startTestCloud([rdsService], { home: cloud.home }) };
    await eventually(() => asMaster((client) => client.query("insert into public.proof values (1003)")));
    await inStep("records-2", "records-1");
    expect(await ids()).toContain(1003);
  });

  it("keeps new clients of the proxy waiting until somebody writes, and refuses them at the cluster's own endpoint", async () => {
    await asMaster((client) =>
      client.query(`create role ${APPLICATION.user} login password '${APPLICATION.password}'`),
    );
    const { readWrite } = await addProxy(database);
    await withClient(database.cloud, readWrite, (client) => client.query("select 1"));
    process.kill(processOf("records-2")!.pid, "SIGKILL");
    await eventually(() =>
      expect(connect(database.cloud, master)).rejects.toMatchObject({
        code: expect.stringMatching(/^57P03$|^ECONNRESET$/),
      }),
    );
    await withClient(database.cloud, readWrite, async (client) => expect(await isStandby(client)).toBe(false));
    await inStep("records-1", "records-2");
  });

  it("fails over for a drill, to the reader that is named, and loses nothing", async () => {
    const before = await ids();
    expect(await failOver({ TargetDBInstanceIdentifier: "records-1" })).toContain("InvalidDBClusterStateFault");
    expect(await failOver({ TargetDBInstanceIdentifier: "records-9" })).toContain("DBInstanceNotFound");
    expect(await failOver({ DBClusterIdentifier: "others" })).toContain("DBClusterNotFoundFault");
    expect(await failOver({ TargetDBInstanceIdentifier: "records-2" })).toContain("<DBCluster>");
    await inStep("records-2", "records-1");
    expect(await writes("reader")).toBe(true);
    expect(await ids()).toEqual(before);
  });
});
