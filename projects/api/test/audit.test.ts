import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import type { AuditEntry } from "../src/audit/entry.ts";
import { AuditLog, AuditUnavailable } from "../src/audit/audit-log.ts";
import { MovingEndpoint } from "./moving-endpoint.ts";
import { eventually, useWorld } from "./world.ts";

const world = useWorld();

/** Holds the audit table so that nothing can be added, as a full disk or a stuck server would. */
async function whileAuditIsStuck<T>(use: () => Promise<T>): Promise<T> {
  const blocker = await world.postgres.admin("records");
  await blocker.query("begin; lock table audit.audit_entries in access exclusive mode");
  try {
    return await use();
  } finally {
    await blocker.query("rollback");
    await blocker.end();
  }
}

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{
    id: uuidv7(),
    at: new Date().toISOString(),
    request_id: uuidv7(),
    correlation_id: "c",
    principal_id: null,
    client_id: null,
  },
  ...{
    ip: null,
    method: "GET",
    route: null,
    action: "none",
    subject_id: null,
    subjects: null,
    decision: "allow",
    reason: null,
  },
  ...{
    status: 200,
    purpose: null,
    fields: null,
    row_count: null,
    version: null,
    cache: "none",
    duration_ms: 1,
    ...changes,
  },
});

describe("when the audit log cannot be written", () => {
  it("answers a read with 503 and not a byte of the record, also from the cache", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const read = () => world.app.inject({ url: `/v1/students/${student.id}`, headers });
    await read();
    const reply = await whileAuditIsStuck(read);
    expect(reply.json()).toMatchObject({ status: 503, type: expect.stringContaining("audit-unavailable") });
    expect(reply.headers).toMatchObject({
      "retry-after": "2",
      "content-type": "application/problem+json; charset=utf-8",
    });
    expect(reply.headers).not.toHaveProperty("etag");
    expect(reply.headers).not.toHaveProperty("x-cache");
    expect(reply.body).not.toContain(student.number);
    expect((await read()).statusCode).toBe(200);
  });

  it("undoes a change and answers 503: no new version, no event, and the cache is right", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const read = () => world.app.inject({ url: `/v1/students/${student.id}`, headers });
    const before = await read();
    const reply = await whileAuditIsStuck(() =>
      world.app.inject({
        method: "PATCH",
        url: `/v1/students/${student.id}`,
        headers: {
          ...headers,
          "content-type": "application/merge-patch+json",
          "if-match": String(before.headers.etag),
        },
        payload: JSON.stringify({ person: { personalEmail: "new@personal.example.edu" } }),
      }),
    );
    expect(reply.statusCode).toBe(503);
    const after = await read();
    expect([after.body, after.headers.etag]).toEqual([before.body, before.headers.etag]);
    expect(await world.events(student.id)).toEqual([]);
  });

  it("answers even a refusal with 503", async () => {
    const reply = await whileAuditIsStuck(() => world.app.inject({ url: "/v1/students" }));
    expect(reply.statusCode).toBe(503);
    expect(reply.headers).not.toHaveProperty("www-authenticate");
  });

  it("says so in its readiness, and recovers", async () => {
    const stuck = await whileAuditIsStuck(async () => {
      await world.app.inject({ url: "/v1/students" });
      return world.app.inject({ url: "/health/ready" });
    });
    expect(stuck.statusCode).toBe(503);
    expect(stuck.json()).toMatchObject({
      status: "fail",
      checks: { audit: "fail" },
    });
    await world.app.inject({ url: "/v1/students" });
    expect((await world.app.inject({ url: "/health/ready" })).json()).toMatchObject({ checks: { audit: "ok" } });
  });
});

describe("while the writer is lost", () => {
  it("records nothing of a caller that was refused before the connection came back", async () => {
    const at = world.endpoint("records");
    const endpoint = await MovingEndpoint.before(at.port);
    const auditLog = new AuditLog({ ...at, port: endpoint.port }, world.surroundings.logins);
    try {
      await auditLog.append(entry({ action: "beforeLoss" }));
      endpoint.lose();
      await expect(auditLog.append(entry({ action: "refused" }))).rejects.toBeInstanceOf(AuditUnavailable);
      endpoint.moveTo(at.port);
      await eventually(() => auditLog.append(entry({ action: "afterLoss" })));
      const { rows } = await world.admin.query(
        "select distinct action from audit.audit_entries where action in ('beforeLoss', 'refused', 'afterLoss')",
      );
      expect(rows.map(({ action }) => action).toSorted()).toEqual(["afterLoss", "beforeLoss"]);
    } finally {
      await auditLog.close();
      await endpoint.close();
    }
  });
});

describe("group commit", () => {
  it("writes many entries at once, each exactly once", async () => {
    const entries = Array.from({ length: 2_000 }, () => entry({ action: "groupCommit" }));
    await Promise.all(entries.map((each) => world.dependencies.auditLog.append(each)));
    const { rows } = await world.admin.query("select id from audit.audit_entries where action = 'groupCommit'");
    expect(rows.map(({ id }) => id).toSorted()).toEqual(entries.map(({ id }) => id).toSorted());
  });

  it("refuses an entry that the table does not take without refusing those beside it", async () => {
    const sound = [entry({ action: "beside" }), entry({ action: "beside" })];
    const broken = entry({ action: "beside", ip: "not an address" });
    const outcomes = await Promise.allSettled(
      [sound[0]!, broken, sound[1]!].map((each) => world.dependencies.auditLog.append(each)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(AuditUnavailable) });
    const { rows } = await world.admin.query(
      "select count(*)::int as entries from audit.audit_entries where action = 'beside'",
    );
    expect(rows).toEqual([{ entries: 2 }]);
  });

  it("goes on when its connection is cut, without losing or doubling an entry", async () => {
    await world.dependencies.auditLog.append(entry({ action: "beforeCut" }));
    await world.admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'srs-api-audit'",
    );
    await Promise.all(
      Array.from({ length: 20 }, () => world.dependencies.auditLog.append(entry({ action: "afterCut" }))),
    );
    const { rows } = await world.admin.query(
      "select count(*)::int as entries from audit.audit_entries where action = 'afterCut'",
    );
    expect(rows).toEqual([{ entries: 20 }]);
  });
});

describe("every route under /v1", () => {
  it("leaves exactly one entry for every request, whatever comes of it", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const json = { ...headers, "content-type": "application/json" };
    const replies = [
      await world.app.inject({ url: `/v1/students/${student.id}`, headers }),
      await world.app.inject({ url: "/v1/students?limit=1", headers }),
      await world.app.inject({ url: "/v1/students?nonsense=1", headers }),
      await world.app.inject({ method: "PATCH", url: `/v1/students/${student.id}`, headers: json, payload: "{}" }),
      await world.app.inject({
        method: "POST",
        url: `/v1/enrollments/${student.enrollmentId}/grade`,
        headers: json,
        payload: '{"symbol":"A"}',
      }),
      await world.app.inject({
        method: "POST",
        url: `/v1/enrollments/${student.enrollmentId}/grade`,
        headers: json,
        payload: "{",
      }),
      await world.app.inject({ method: "DELETE", url: `/v1/students/${student.id}`, headers }),
      await world.app.inject({ url: "/v1/nowhere", headers }),
      await world.app.inject({ url: "/v1/nowhere" }),
    ];
    for (const reply of replies) {
      const entries = await world.audited(reply.headers["x-request-id"]);
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ status: reply.statusCode });
    }
  });

  it("keeps a caller's address only if it is one", async () => {
    const entryOf = async (forwarded: string) => {
      const reply = await world.app.inject({ url: "/v1/students", headers: { "x-forwarded-for": forwarded } });
      const { rows } = await world.admin.query("select host(ip) as ip from audit.audit_entries where request_id = $1", [
        reply.headers["x-request-id"],
      ]);
      return (rows as { ip: string | null }[])[0]!.ip;
    };
    expect(await entryOf("203.0.113.9, 10.0.0.7")).toBe("203.0.113.9");
    expect(await entryOf("Zoë Öztürk, 10.0.0.7")).toBeNull();
  });
});

it("cannot be changed by the service's own role", async () => {
  const client = new pg.Client(world.postgres.login("records", "srs_app_a"));
  await client.connect();
  await expect(client.query("delete from audit.audit_entries")).rejects.toMatchObject({ code: "42501" });
  await client.end();
});
