import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import { connect, type Endpoint } from "../src/database/connect.ts";
import { AlternatingLogins } from "../src/database/logins.ts";
import { Reader } from "../src/database/reader.ts";
import { Transactions } from "../src/database/transactions.ts";
import { CommitFailed, isDatabaseUnavailable } from "../src/database/unavailable.ts";

let postgres: Postgres;
let endpoint: Endpoint;
beforeAll(async () => {
  postgres = await startPostgres();
  const admin = await postgres.admin();
  await createRoles(admin);
  await admin.query("create table public.notes (id int primary key); grant select, insert on public.notes to srs_app");
  await admin.end();
  endpoint = { host: "127.0.0.1", port: postgres.port, database: "postgres", tls: false };
}, 30_000);
afterAll(() => postgres.stop());

const WHO = { name: "who_v1", text: "select current_user as user" };
const SLOW = { name: "slow_v1", text: "select pg_sleep(10)" };
const ADD = { name: "notes_add_v1", text: "insert into public.notes (id) values ($1)" };

/** A secret whose versions the test writes. */
class TestSecret {
  reads = 0;
  readonly #versions: { username: string; password: string; at: number }[] = [];
  #seen = 0;
  constructor(username: string, password: string, at: number) {
    this.rotate(username, password, at);
    this.#seen = 1;
  }
  rotate(username: string, password: string, at: number): void {
    this.#versions.push({ username, password, at });
  }
  current() {
    this.reads += 1;
    const { at, ...value } = this.#versions[this.#seen - 1]!;
    return Promise.resolve({ value, versionId: `${value.username}-${at}`, createdAt: new Date(at) });
  }
  forget(): void {
    this.#seen = this.#versions.length;
  }
}
const good = () => postgres.login("postgres", "srs_app_a").password;

describe("logins", () => {
  it("use the user whose password was rotated last", async () => {
    const logins = new AlternatingLogins([
      new TestSecret("srs_app_a", good(), 1),
      new TestSecret("srs_app_b", good(), 2),
    ]);
    const reader = new Reader(endpoint, logins, 1);
    expect(await reader.query(WHO, [])).toEqual([{ user: "srs_app_b" }]);
    await reader.close();
  });

  it("fall back to the other user when the server refuses the password", async () => {
    const logins = new AlternatingLogins([
      new TestSecret("srs_app_a", good(), 1),
      new TestSecret("srs_app_b", "wrong", 2),
    ]);
    const transactions = new Transactions(endpoint, logins, 2);
    expect(await transactions.run((transaction) => transaction.query(WHO, []))).toEqual([{ user: "srs_app_a" }]);
    expect(await transactions.run((transaction) => transaction.query(WHO, []))).toEqual([{ user: "srs_app_a" }]);
    await transactions.close();
  });

  it("ask for the secrets again after a refusal, and take a password that was rotated meanwhile", async () => {
    const only = new TestSecret("srs_app_a", "old", 1);
    only.rotate("srs_app_a", good(), 2);
    const client = await connect(endpoint, new AlternatingLogins([only]), "test");
    await client.end();
  });

  it("work with one secret while the other cannot be read", async () => {
    const unreadable = { current: () => Promise.reject(new Error("no such secret")), forget: () => undefined };
    const logins = new AlternatingLogins([unreadable, new TestSecret("srs_app_a", good(), 1)]);
    expect(await logins.current()).toMatchObject({ user: "srs_app_a" });
    await expect(new AlternatingLogins([unreadable]).current()).rejects.toThrow("no such secret");
  });

  it("move a pool to the next login without cutting what runs on the last one", async () => {
    const secretB = new TestSecret("srs_app_b", good(), 1);
    const logins = new AlternatingLogins([new TestSecret("srs_app_a", good(), 2), secretB]);
    const transactions = new Transactions(endpoint, logins, 2);
    const gate = Promise.withResolvers<void>();
    const running = transactions.run(async (transaction) => {
      await transaction.query(WHO, []);
      await gate.promise;
      return transaction.query(WHO, []);
    });
    secretB.rotate("srs_app_b", good(), 3);
    secretB.forget();
    expect(await transactions.run((transaction) => transaction.query(WHO, []))).toEqual([{ user: "srs_app_b" }]);
    gate.resolve();
    expect(await running).toEqual([{ user: "srs_app_a" }]);
    await transactions.close();
  });
});

describe("connections", () => {
  const logins = {
    current: () => Promise.resolve({ user: "srs_app_a", password: good(), versionId: "1" }),
    refused: () => undefined,
  };
  const cut = async (name: string) => {
    const admin = await postgres.admin();
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", [name]);
    await admin.end();
  };

  it("repeat a read that lost its connection", async () => {
    const reader = new Reader(endpoint, logins, 1);
    await reader.query(WHO, []);
    await cut("srs-api-read");
    expect(await reader.query(WHO, [])).toEqual([{ user: "srs_app_a" }]);
    await reader.close();
  });

  it("give up a read that takes too long, and answer the next one", async () => {
    const reader = new Reader(endpoint, logins, 1);
    const error: unknown = await reader.query(SLOW, []).catch((caught: unknown) => caught);
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await reader.query(WHO, [])).toEqual([{ user: "srs_app_a" }]);
    await reader.close();
  });

  it("do a transaction once more that lost its connection before the commit, and its effect once", async () => {
    const transactions = new Transactions(endpoint, logins, 1);
    let runs = 0;
    await transactions.run(async (transaction) => {
      await transaction.query(ADD, [1]);
      if (++runs === 1) await cut("srs-api-write");
      await transaction.query(WHO, []);
    });
    expect(runs).toBe(2);
    const rows = await transactions.run((transaction) =>
      transaction.query({ name: "notes_v1", text: "select id from public.notes" }, []),
    );
    expect(rows).toEqual([{ id: 1 }]);
    await transactions.close();
  });

  it("leave nothing of a transaction whose work throws, and use the connection again", async () => {
    const transactions = new Transactions(endpoint, logins, 1);
    await expect(
      transactions.run(async (transaction) => {
        await transaction.query(ADD, [2]);
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    await transactions.run((transaction) => transaction.query(ADD, [2]));
    await transactions.close();
  });

  it("say that a commit is in doubt, and do not repeat it", async () => {
    const transactions = new Transactions(endpoint, logins, 1);
    let runs = 0;
    const outcome = transactions.run(async (transaction) => {
      runs += 1;
      await transaction.query(WHO, []);
      // Cut between the last statement and the commit: the commit is sent into the void.
      setImmediate(() => undefined);
      const admin = await postgres.admin();
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'srs-api-write'",
      );
      await admin.end();
    });
    await expect(outcome).rejects.toBeInstanceOf(CommitFailed);
    expect(runs).toBe(1);
    await transactions.close();
  });

  it("keep 64-bit numbers, instants and dates as text", async () => {
    const reader = new Reader(endpoint, logins, 1);
    const text = "select 9007199254740993::int8 as big, date '2026-02-28' as day";
    expect(await reader.query({ name: "types_v1", text }, [])).toEqual([
      { big: "9007199254740993", day: "2026-02-28" },
    ]);
    await reader.close();
  });
});
