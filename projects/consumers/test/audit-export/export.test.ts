import { gunzipSync } from "node:zlib";
import { runAnchor } from "../../src/audit-export/run-anchor.ts";
import { runExport } from "../../src/audit-export/run-export.ts";
import { verifyExport } from "../../src/audit-export/verify.ts";
import { append, AuditWorld, MemoryStore, signer, storeOf } from "./world.ts";

jest.setTimeout(60_000);

describe("export of the audit log", () => {
  let world: AuditWorld;
  let store: MemoryStore;
  beforeAll(async () => {
    world = await AuditWorld.start();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    await world.begin();
    store = new MemoryStore();
  });
  afterEach(() => world.end());

  const run = async (entriesMax = 1000, timeLeft = () => true) =>
    runExport({ environment: "local", log: await world.log(), store, entriesMax }, timeLeft);
  const exportedIds = (): string[] =>
    [...store.objects]
      .filter(([key]) => key.endsWith(".jsonl.gz"))
      .flatMap(([, body]) => gunzipSync(body).toString("utf8").trimEnd().split("\n"))
      .map((line) => (JSON.parse(line) as { id: string }).id);
  const idsInTable = async (): Promise<string[]> => {
    const { rows } = await (await world.as("srs_auditor")).query<{ id: string }>("select id from audit.audit_entries");
    return rows.map(({ id }) => id);
  };

  it("holds every entry once, however the runs fall", async () => {
    const app = await world.as("srs_app_a");
    for (const count of [3, 0, 7, 1]) {
      await append(app, count);
      await run(4);
    }
    expect(exportedIds().toSorted()).toEqual((await idsInTable()).toSorted());
    expect(await verifyExport(storeOf(store))).toMatchObject({ entries: 11, faults: [] });
  });

  it("leaves an entry whose transaction is still open to a later run, however early the entry's own time is", async () => {
    const [slow, fast] = [await world.as("srs_app_a"), await world.as("srs_app_b")];
    await slow.query("begin");
    await append(slow, 2, new Date("2026-11-24T09:00:00Z"));
    await append(fast, 3);
    await run();
    expect(exportedIds()).toHaveLength(0); // behind the open transaction everything waits
    await slow.query("commit");
    await run();
    expect(exportedIds().toSorted()).toEqual((await idsInTable()).toSorted());
    expect(exportedIds()).toHaveLength(5);
  });

  it("says that there was nothing when there was nothing", async () => {
    await run();
    await run();
    const { manifests, entries, faults } = await verifyExport(storeOf(store));
    expect({ manifests, entries, faults }).toEqual({ manifests: 2, entries: 0, faults: [] });
    expect(store.under("audit/manifests/").map((text) => (JSON.parse(text) as { object: null }).object)).toEqual([
      null,
      null,
    ]);
  });

  it.each([1, 2, 3])("that died at its write number %i goes on as if it had not", async (writes) => {
    const app = await world.as("srs_app_a");
    await append(app, 5);
    const put = store.put.bind(store);
    let left = writes;
    store.put = (key, body) => {
      left -= 1;
      return left === 0 ? Promise.reject(new Error("the store is gone")) : put(key, body);
    };
    await expect(run(2)).rejects.toThrow("the store is gone");
    store.put = put;
    await append(app, 1);
    await run(2);
    expect(exportedIds().toSorted()).toEqual((await idsInTable()).toSorted());
    expect(await verifyExport(storeOf(store))).toMatchObject({ entries: 6, faults: [] });
  });

  it("that died after its last write makes no second object and no second manifest", async () => {
    await append(await world.as("srs_app_a"), 5);
    const log = await world.log();
    log.finish = () => Promise.reject(new Error("the database is gone"));
    await expect(runExport({ environment: "local", log, store, entriesMax: 100 }, () => true)).rejects.toThrow(
      "the database is gone",
    );
    const before = [...store.objects.keys()];
    const later = await run();
    expect(later).toMatchObject({ entries: 5 });
    expect([...store.objects.keys()].filter((key) => key.includes("000000000001"))).toEqual(before);
    expect(await verifyExport(storeOf(store))).toMatchObject({ entries: 5, faults: [] });
  });

  it("stops when its time is up, and the next run goes on", async () => {
    await append(await world.as("srs_app_a"), 10);
    expect(await run(4, () => false)).toEqual({ exports: 1, entries: 4, complete: false });
    expect(await run(4)).toMatchObject({ entries: 6, complete: true });
    expect(exportedIds()).toHaveLength(10);
  });

  it("is anchored once a day, over everything that was exported, and a lost anchor is put again", async () => {
    const anchor = async (now: string) =>
      runAnchor({ environment: "local", log: await world.log(), store, signer }, new Date(now));
    await append(await world.as("srs_app_a"), 2);
    await run();
    store.failure = new Error("the store is gone");
    await expect(anchor("2026-11-24T00:05:00Z")).rejects.toThrow("the store is gone");
    store.failure = undefined;
    expect(await anchor("2026-11-24T00:06:00Z")).toEqual({ day: "2026-11-23", signed: false });
    await run();
    expect(await anchor("2026-11-25T00:05:00Z")).toEqual({ day: "2026-11-24", signed: true });
    expect([...store.objects.keys()].filter((key) => key.startsWith("anchors/"))).toEqual([
      "anchors/2026-11-23.jws",
      "anchors/2026-11-24.jws",
    ]);
    expect(await verifyExport(storeOf(store))).toMatchObject({ anchors: 2, faults: [] });
  });

  it("may read entries and add to its own books, and nothing else", async () => {
    const app = await world.as("srs_app_a");
    await append(app, 1);
    await app.query("set role srs_exporter");
    await expect(app.query("select count(*) from audit.audit_entries")).resolves.toBeDefined();
    for (const statement of [
      "select from records.students",
      "insert into audit.audit_entries (id) values (gen_random_uuid())",
      "update audit.export_plans set to_entry = null",
      "delete from audit.anchors",
    ])
      await expect(app.query(statement)).rejects.toThrow("permission denied");
    await app.query("reset role");
    // And the login, in its own name, may not touch the books of the export.
    await expect(app.query("insert into audit.anchors values (now(), '', '')")).rejects.toThrow("permission denied");
    // Nor put an entry where it has been exported already.
    await expect(
      app.query("insert into audit.audit_entries (id, transaction_id) values (gen_random_uuid(), '1')"),
    ).rejects.toThrow("permission denied");
    const owner = await world.as("srs_owner");
    await expect(owner.query("delete from audit.export_plans")).resolves.toMatchObject({ rowCount: 0 });
  });
});
