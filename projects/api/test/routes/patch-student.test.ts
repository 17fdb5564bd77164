import { parseEvent } from "@records/contracts";
import { useWorld } from "../world.ts";

const world = useWorld();
const read = (id: string, headers: Record<string, string>) => world.app.inject({ url: `/v1/students/${id}`, headers });

async function patch(id: string, body: unknown, headers: Record<string, string>) {
  return world.app.inject({
    method: "PATCH",
    url: `/v1/students/${id}`,
    headers: { "content-type": "application/merge-patch+json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const newEmail = { person: { personalEmail: "new.address@personal.example.edu" } };

async function readStudent() {
  const { headers, clientId } = await world.caller();
  const student = await world.student({ personalEmail: "old.address@personal.example.edu" });
  const { etag } = (await read(student.id, headers)).headers;
  return { headers, clientId, student, ifMatch: { ...headers, "if-match": String(etag) }, etag: String(etag) };
}

describe("PATCH /v1/students/:studentId", () => {
  it("changes the field, moves the ETag, and tells stream and audit log of it in the same transaction", async () => {
    const { student, ifMatch, etag, clientId } = await readStudent();
    const reply = await patch(student.id, newEmail, { ...ifMatch, "x-correlation-id": "campus-run.7" });
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ version: 2, person: { personalEmail: newEmail.person.personalEmail } });
    expect(reply.headers.etag).not.toBe(etag);

    const events = await world.events(student.id);
    expect(events).toMatchObject([{ type: "edu.records.student.updated.v1", sequence: "1" }]);
    expect(parseEvent(JSON.stringify(events[0]!.payload))).toMatchObject({
      source: "/records/test",
      subject: `students/${student.id}`,
      partitionkey: student.id,
      sequence: "00000000000000000001",
      actor: clientId,
      campus: world.campuses.MAI,
      correlationid: "campus-run.7",
      data: {
        ...{ entityId: student.id, version: 2, aggregateVersion: 2, changedFields: ["person.personalEmail"] },
        before: { person: { personalEmail: "old.address@personal.example.edu" } },
        after: newEmail,
      },
    });
    expect(await world.audited(reply.headers["x-request-id"])).toEqual([
      {
        ...{
          action: "patchStudent",
          decision: "allow",
          reason: null,
          status: 200,
          subject_id: student.id,
          subjects: null,
        },
        ...{ client_id: clientId, cache: "none", row_count: 1, version: 2, purpose: "advising" },
      },
    ]);
  });

  it("is seen by the very next read, which is a miss, and cached again after it", async () => {
    const { student, ifMatch, headers } = await readStudent();
    expect((await read(student.id, headers)).headers["x-cache"]).toBe("hit");
    const changed = await patch(student.id, newEmail, ifMatch);
    const next = await read(student.id, headers);
    expect([next.headers["x-cache"], next.body, next.headers.etag]).toEqual([
      "miss",
      changed.body,
      changed.headers.etag,
    ]);
    expect((await read(student.id, headers)).headers["x-cache"]).toBe("hit");
  });

  it("numbers the events of a student from 1 without a gap, however many change it at once", async () => {
    const { student, headers } = await readStudent();
    let left = 8;
    const change = async (nth: number) => {
      for (;;) {
        const { etag } = (await read(student.id, headers)).headers;
        const body = { person: { personalEmail: `try-${nth}@personal.example.edu` } };
        const { statusCode } = await patch(student.id, body, { ...headers, "if-match": String(etag) });
        if (statusCode === 200) return void left--;
        expect(statusCode).toBe(412);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, nth) => change(nth)));
    expect(left).toBe(0);
    expect((await world.events(student.id)).map(({ sequence }) => sequence)).toEqual([..."12345678"]);
    expect((await read(student.id, headers)).json()).toMatchObject({ version: 9 });
  });

  it("does nothing when nothing changes: 200, same ETag, no event", async () => {
    const { student, ifMatch, etag } = await readStudent();
    for (const body of [{}, { person: {} }, { person: { personalEmail: "old.address@personal.example.edu" } }]) {
      const reply = await patch(student.id, body, ifMatch);
      expect([reply.statusCode, reply.headers.etag]).toEqual([200, etag]);
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([{ decision: "allow", version: 1 }]);
    }
    expect(await world.events(student.id)).toEqual([]);
  });

  it("takes null for a field that may be empty", async () => {
    const { student, ifMatch } = await readStudent();
    const reply = await patch(student.id, { person: { personalEmail: null } }, ifMatch);
    expect(reply.json()).toMatchObject({ person: { personalEmail: null } });
  });

  describe("preconditions", () => {
    it("428 without If-Match", async () => {
      const { student, headers } = await readStudent();
      const reply = await patch(student.id, newEmail, headers);
      expect(reply.json()).toMatchObject({ status: 428, type: expect.stringContaining("precondition-required") });
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
        { decision: "error", reason: "precondition-required", subject_id: student.id },
      ]);
    });

    it.each(["stale", "*", 'W/"1-000000000000"'])(
      "412 with If-Match %s, the current ETag in the reply, and nothing changed",
      async (given) => {
        const { student, headers, ifMatch, etag } = await readStudent();
        let current = etag;
        let header = given;
        if (given === "stale") {
          header = etag;
          current = String((await patch(student.id, newEmail, ifMatch)).headers.etag);
        }
        const before = await world.events(student.id);
        const reply = await patch(student.id, { person: { personalEmail: null } }, { ...headers, "if-match": header });
        expect([reply.statusCode, reply.headers.etag]).toEqual([412, current]);
        expect(await world.events(student.id)).toEqual(before);
      },
    );
  });

  describe("a body that will not do", () => {
    it("415 for another media type, with what is accepted", async () => {
      const { student, ifMatch } = await readStudent();
      const reply = await patch(student.id, newEmail, { ...ifMatch, "content-type": "application/json" });
      expect([reply.statusCode, reply.headers["accept-patch"]]).toEqual([415, "application/merge-patch+json"]);
    });

    it.each(["{", "", '{"__proto__": {"x": 1}}', '{"constructor": {"prototype": 1}}'])("400 for %p", async (body) => {
      const { student, ifMatch } = await readStudent();
      expect((await patch(student.id, body, ifMatch)).json()).toMatchObject({
        status: 400,
        type: expect.stringContaining("malformed-request"),
      });
    });

    it("413 when it is too large", async () => {
      const { student, ifMatch } = await readStudent();
      const reply = await patch(student.id, { person: { personalEmail: "x".repeat(1024 * 1024) } }, ifMatch);
      expect(reply.json()).toMatchObject({ status: 413, limitBytes: 1024 * 1024 });
    });

    it.each([
      ["a wrong type", { person: { personalEmail: 5 } }, "/person/personalEmail"],
      ["a wrong form", { person: { personalEmail: "nobody" } }, "/person/personalEmail"],
      ["an unknown field", { person: { shoeSize: "44" } }, "/person/shoeSize"],
      ["an unknown field at the top", { ssn: "000-00-0000" }, "/ssn"],
      ["null for a list", { person: { phones: null } }, "/person/phones"],
      ["a phone that is none", { person: { phones: [{ type: "mobile", e164: "0800" }] } }, "/person/phones/0/e164"],
    ])("422 for %s, naming the place and never the value", async (_, body, pointer) => {
      const { student, ifMatch } = await readStudent();
      const reply = await patch(student.id, body, ifMatch);
      expect(reply.json()).toMatchObject({ status: 422, errors: [{ pointer }] });
      for (const value of ["nobody", "44", "000-00-0000", "0800"])
        expect(reply.body.replace(/urn:uuid:[^"]+/, "")).not.toContain(value);
      expect(await world.events(student.id)).toEqual([]);
    });

    it("422 for a body that is no object", async () => {
      const { student, ifMatch } = await readStudent();
      expect((await patch(student.id, "[]", ifMatch)).statusCode).toBe(422);
    });

    it("403 for a field that may be read but not changed, before the precondition is looked at", async () => {
      const { student, headers } = await readStudent();
      const reply = await patch(
        student.id,
        { studentNumber: "900000001", person: { legalName: { family: "X" }, pronouns: null } },
        headers,
      );
      expect(reply.json()).toMatchObject({
        status: 403,
        type: expect.stringContaining("field-not-writable"),
        errors: [{ pointer: "/studentNumber" }, { pointer: "/person/legalName" }, { pointer: "/person/pronouns" }],
      });
    });

    it("names a stale ETag before a wrong body", async () => {
      const { student, headers } = await readStudent();
      const reply = await patch(
        student.id,
        { person: { personalEmail: 5 } },
        { ...headers, "if-match": '"7-000000000000"' },
      );
      expect(reply.statusCode).toBe(412);
    });
  });

  describe("what the caller may not know or do", () => {
    it("404, the same bytes for a student of another campus and for none, whatever the body", async () => {
      const { headers } = await world.caller();
      const elsewhere = await world.student({ campus: "NOR" });
      const bare = async (id: string, body: unknown) => {
        const reply = await patch(id, body, { ...headers, "if-match": '"1-000000000000"' });
        return reply.body.replace(String(reply.headers["x-request-id"]), "") + reply.statusCode;
      };
      const absent = await bare("0190b5a0-0000-7000-8000-000000000000", newEmail);
      for (const body of [newEmail, { person: { personalEmail: 5 } }, { studentNumber: "9" }]) {
        expect(await bare(elsewhere.id, body)).toBe(absent);
        expect(await bare("not-an-id", body)).toBe(absent);
      }
    });

    it("401 without a token and 403 without the scope, before the body is read", async () => {
      const student = await world.student();
      expect((await patch(student.id, "{", {})).statusCode).toBe(401);
      const { headers } = await world.caller({ scopes: ["students.read"] });
      const reply = await patch(student.id, "{", headers);
      expect(reply.json()).toMatchObject({ status: 403, requiredScope: "students.write" });
    });
  });
});
