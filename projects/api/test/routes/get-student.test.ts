import { Value } from "typebox/value";
import { fieldPaths, Student } from "../../src/schemas/student.ts";
import { prefixed, useWorld } from "../world.ts";

const world = useWorld();
const read = (id: string, headers: Record<string, string>) => world.app.inject({ url: `/v1/students/${id}`, headers });

describe("GET /v1/students/:studentId", () => {
  it("sends the fields of the schema and no others, and records who got them", async () => {
    const { headers, clientId } = await world.caller();
    const student = await world.student();
    const reply = await read(student.id, headers);
    expect(reply.statusCode).toBe(200);
    expect([...Value.Errors(Student, reply.json())]).toEqual([]);
    expect(fieldsOf(reply.json())).toEqual(fieldPaths(Student));
    expect(reply.json()).toMatchObject({
      id: student.id,
      version: 1,
      person: { legalName: { family: student.family } },
    });
    expect(reply.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      etag: expect.stringMatching(/^"1-[0-9a-f]{12}"$/),
    });
    expect(await world.audited(reply.headers["x-request-id"])).toEqual([
      {
        ...{
          action: "getStudent",
          decision: "allow",
          reason: null,
          status: 200,
          subject_id: student.id,
          subjects: null,
        },
        ...{ client_id: clientId, cache: "miss", row_count: 1, version: 1, purpose: "advising" },
      },
    ]);
  });

  it("serves the second read from the cache, with the same bytes, and records that one too", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const first = await read(student.id, headers);
    const second = await read(student.id, headers);
    expect([first.headers["x-cache"], second.headers["x-cache"]]).toEqual(["miss", "hit"]);
    expect(second.body).toBe(first.body);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(await world.audited(second.headers["x-request-id"])).toMatchObject([
      { cache: "hit", subject_id: student.id },
    ]);
  });

  it("answers 304 to the current ETag, and records that as a disclosure", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const { etag } = (await read(student.id, headers)).headers;
    const reply = await read(student.id, { ...headers, "if-none-match": String(etag) });
    expect([reply.statusCode, reply.body]).toEqual([304, ""]);
    expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ decision: "allow", status: 304 }]);
  });

  it("treats HEAD like GET, without the body", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const reply = await world.app.inject({ method: "HEAD", url: `/v1/students/${student.id}`, headers });
    expect([reply.statusCode, reply.body]).toEqual([200, ""]);
    expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ subject_id: student.id, status: 200 }]);
  });

  describe("what the caller may not know", () => {
    it("looks the same, byte for byte, whether it is absent, elsewhere or no id at all; the audit log knows the difference", async () => {
      const { headers } = await world.caller({ campuses: ["MAI"] });
      const elsewhere = await world.student({ campus: "NOR" });
      const { headers: theirs } = await world.caller({ campuses: ["NOR"] });
      expect((await read(elsewhere.id, theirs)).statusCode).toBe(200); // now it is in the cache, too
      const replies = [];
      for (const id of [
        "0190b5a0-0000-7000-8000-000000000000",
        elsewhere.id,
        "not-an-id",
        elsewhere.id.toUpperCase(),
      ]) {
        replies.push(await read(id, headers));
      }
      const seen = replies.map((reply) => ({
        status: reply.statusCode,
        body: reply.body.replace(String(reply.headers["x-request-id"]), ""),
        headers: Object.keys(reply.headers).toSorted(),
      }));
      expect(seen[0]).toMatchObject({ status: 404 });
      for (const other of seen) expect(other).toEqual(seen[0]);
      const reasons = [];
      for (const reply of replies) reasons.push(...(await world.audited(reply.headers["x-request-id"])));
      expect(reasons.map(({ decision, reason }) => [decision, reason])).toEqual([
        ["deny", "student-absent"],
        ["deny", "student-hidden"],
        ["deny", "malformed-id"],
        ["deny", "malformed-id"],
      ]);
    });

    it("is the same as an address that does not exist", async () => {
      const { headers } = await world.caller();
      const [nowhere, absent] = [
        await world.app.inject({ url: "/v1/no-such-thing", headers }),
        await read("0190b5a0-0000-7000-8000-000000000000", headers),
      ];
      const bare = (reply: typeof nowhere) => reply.body.replace(String(reply.headers["x-request-id"]), "");
      expect(bare(nowhere)).toBe(bare(absent));
      expect(await world.audited(nowhere.headers["x-request-id"])).toMatchObject([
        { reason: "no-such-route", status: 404 },
      ]);
    });
  });

  describe("refusals before any record is read", () => {
    it("401 without a token, recorded without a caller", async () => {
      const reply = await read((await world.student()).id, {});
      expect(reply.statusCode).toBe(401);
      expect(reply.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
        { decision: "deny", reason: "token-missing", client_id: null, subject_id: null },
      ]);
    });

    it("403 without the scope in the token, naming the scope, recorded with the caller", async () => {
      const { clientId } = await world.caller();
      const authorization = `Bearer ${await world.token({ client_id: clientId, scope: prefixed(["students.write"]) })}`;
      const reply = await read((await world.student()).id, { authorization });
      expect(reply.statusCode).toBe(403);
      expect(reply.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(reply.json()).toMatchObject({
        type: "https://errors.records.example.edu/insufficient-scope",
        status: 403,
        requiredScope: "students.read",
        instance: `urn:uuid:${String(reply.headers["x-request-id"])}`,
      });
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
        { decision: "deny", reason: "scope-not-in-token", client_id: clientId, subject_id: null },
      ]);
    });

    it("403 when the agreement does not grant what the token does", async () => {
      const { clientId } = await world.caller({ scopes: ["students.write"] });
      const authorization = `Bearer ${await world.token({ client_id: clientId, scope: prefixed(["students.read"]) })}`;
      const reply = await read((await world.student()).id, { authorization });
      expect(reply.json()).toMatchObject({ status: 403, requiredScope: "students.read" });
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ reason: "scope-not-in-agreement" }]);
    });

    it.each([
      ["suspended", { state: "suspended" }, "agreement-suspended"],
      ["expired by date", { expiresOn: "2020-06-30" }, "agreement-expired"],
      ["debarred", { state: "debarred" }, "agreement-debarred"],
    ])("403 under an agreement that is %s", async (_, options, reason) => {
      const { headers } = await world.caller(options);
      const reply = await read((await world.student()).id, headers);
      expect(reply.json()).toMatchObject({ status: 403, type: expect.stringContaining("agreement-inactive") });
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ decision: "deny", reason }]);
    });

    it("403 for a client of the issuer that has no agreement", async () => {
      const authorization = `Bearer ${await world.token({ client_id: "stranger" })}`;
      const reply = await read((await world.student()).id, { authorization });
      expect(reply.json()).toMatchObject({ status: 403 });
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ reason: "agreement-missing" }]);
    });

    it("stops a client at once when its agreement is suspended, also for what is cached", async () => {
      const { headers, clientId } = await world.caller();
      const student = await world.student();
      await read(student.id, headers);
      expect((await read(student.id, headers)).headers["x-cache"]).toBe("hit");
      await world.admin.query("update records.party_agreements set state = 'suspended' where client_id = $1", [
        clientId,
      ]);
      expect((await read(student.id, headers)).statusCode).toBe(403);
    });

    it("403 without a purpose when the agreement has several, and with one it does not have", async () => {
      const { headers } = await world.caller({ purposes: ["advising", "billing"] });
      const student = await world.student();
      expect((await read(student.id, headers)).json()).toMatchObject({
        type: expect.stringContaining("purpose-not-allowed"),
      });
      expect((await read(student.id, { ...headers, "x-purpose": "marketing" })).statusCode).toBe(403);
      const reply = await read(student.id, { ...headers, "x-purpose": "billing" });
      expect(reply.statusCode).toBe(200);
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ purpose: "billing" }]);
    });

    it("406 when nothing offered is accepted", async () => {
      const { headers } = await world.caller();
      const student = await world.student();
      expect((await read(student.id, { ...headers, accept: "text/html" })).statusCode).toBe(406);
      expect((await read(student.id, { ...headers, accept: "text/html, */*;q=0.1" })).statusCode).toBe(200);
    });
  });

  it("echoes a sound correlation id and replaces any other", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const sound = await read(student.id, { ...headers, "x-correlation-id": "campus-run.42" });
    expect(sound.headers["x-correlation-id"]).toBe("campus-run.42");
    const other = await read(student.id, { ...headers, "x-correlation-id": "O'Brien, Zoë" });
    expect(other.headers["x-correlation-id"]).toBe(other.headers["x-request-id"]);
  });
});

/** Paths of a reply, down to the same depth as the schema's. */
function fieldsOf(student: { person: Record<string, unknown> }): string[] {
  return Object.keys(student).flatMap((name) =>
    name === "person" ? Object.keys(student.person).map((each) => `person.${each}`) : [name],
  );
}
