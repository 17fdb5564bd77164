import { parseEvent } from "@records/contracts";
import { Value } from "typebox/value";
import { FinalGrade } from "../../src/schemas/grade.ts";
import { useWorld } from "../world.ts";

const world = useWorld();

async function post(enrollmentId: string, body: unknown, headers: Record<string, string>) {
  return world.app.inject({
    method: "POST",
    url: `/v1/enrollments/${enrollmentId}/grade`,
    headers: { "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("POST /v1/enrollments/:enrollmentId/grade", () => {
  it("creates the grade, and tells stream and audit log of it in the same transaction", async () => {
    const { headers, clientId } = await world.caller();
    const student = await world.student();
    const reply = await post(student.enrollmentId, { symbol: "B+" }, headers);
    expect(reply.statusCode).toBe(201);
    expect(reply.headers.location).toBe(`/v1/enrollments/${student.enrollmentId}/grade`);
    expect(reply.headers.etag).toMatch(/^"1-[0-9a-f]{12}"$/);
    const grade = reply.json();
    expect([...Value.Errors(FinalGrade, grade)]).toEqual([]);
    expect(Object.keys(grade)).toEqual(Object.keys(FinalGrade.properties));
    expect(grade).toMatchObject({
      symbol: "B+",
      state: "submitted",
      basis: "letter",
      studentId: student.id,
      submittedBy: clientId,
    });

    const events = await world.events(student.id);
    expect(events).toMatchObject([{ type: "edu.records.grade.submitted.v1", sequence: "1" }]);
    expect(parseEvent(JSON.stringify(events[0]!.payload))).toMatchObject({
      subject: `grades/${grade.id}`,
      partitionkey: student.id,
      data: {
        entityId: grade.id,
        version: 1,
        aggregateVersion: 2,
        after: { symbol: "B+", enrollmentId: student.enrollmentId },
      },
    });
    expect(await world.audited(reply.headers["x-request-id"])).toEqual([
      {
        ...{
          action: "postGrade",
          decision: "allow",
          reason: null,
          status: 201,
          subject_id: student.id,
          subjects: null,
        },
        ...{ client_id: clientId, cache: "none", row_count: 1, version: 1, purpose: "advising" },
      },
    ]);
  });

  it("leaves the student's ETag alone, and makes the cached student stale all the same", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const read = () => world.app.inject({ url: `/v1/students/${student.id}`, headers });
    const before = await read();
    await post(student.enrollmentId, { symbol: "A" }, headers);
    const after = await read();
    expect([after.headers.etag, after.headers["x-cache"]]).toEqual([before.headers.etag, "miss"]);
  });

  it("lets one of many at the same time win; the others learn that a grade exists and leave no trace but their entry", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const replies = await Promise.all(
      ["A", "B", "C", "D", "F"].map((symbol) => post(student.enrollmentId, { symbol }, headers)),
    );
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(await world.events(student.id)).toHaveLength(1);
    const loser = replies.find(({ statusCode }) => statusCode === 409)!;
    expect(loser.json()).toMatchObject({ type: expect.stringContaining("/conflict") });
    expect(await world.audited(loser.headers["x-request-id"])).toMatchObject([
      { decision: "error", reason: "already-graded" },
    ]);
  });

  it("409 when the enrollment's state does not allow a grade, with the states that do", async () => {
    const { headers } = await world.caller();
    const student = await world.student({ enrollment: { state: "dropped" } });
    const reply = await post(student.enrollmentId, { symbol: "A" }, headers);
    expect(reply.json()).toMatchObject({
      status: 409,
      type: expect.stringContaining("illegal-transition"),
      from: "dropped",
      allowed: ["enrolled"],
    });
    expect(await world.events(student.id)).toEqual([]);
  });

  it("takes an incomplete with its lapse day and symbol", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const body = { symbol: "I", incompleteDueDate: "2027-05-01", lapseSymbol: "F" };
    expect((await post(student.enrollmentId, body, headers)).json()).toMatchObject(body);
  });

  it.each([
    ["a symbol of another basis", { symbol: "P" }, "/symbol"],
    ["a symbol that no grader enters", { symbol: "W" }, "/symbol"],
    ["no symbol", {}, "/symbol"],
    ["an incomplete without its lapse day", { symbol: "I", lapseSymbol: "F" }, "/incompleteDueDate"],
    [
      "a lapse day that is no day",
      { symbol: "I", lapseSymbol: "F", incompleteDueDate: "2027-02-31" },
      "/incompleteDueDate",
    ],
    ["an unknown field", { symbol: "A", comment: "well done" }, "/comment"],
  ])("422 for %s, and nothing is written", async (_, body, pointer) => {
    const { headers } = await world.caller();
    const student = await world.student();
    const reply = await post(student.enrollmentId, body, headers);
    expect(reply.json()).toMatchObject({
      status: 422,
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
    expect(await world.events(student.id)).toEqual([]);
    expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
      { reason: "validation", subject_id: student.id },
    ]);
  });

  it("400 for a body that is not JSON and 415 for one that does not say so", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    expect((await post(student.enrollmentId, "{", headers)).statusCode).toBe(400);
    const reply = await post(student.enrollmentId, { symbol: "A" }, { ...headers, "content-type": "text/plain" });
    expect([reply.statusCode, reply.headers.accept]).toEqual([415, "application/json"]);
  });

  it("404, the same bytes for another campus, for none and for no id, before the body is judged", async () => {
    const { headers } = await world.caller();
    const elsewhere = await world.student({ campus: "NOR" });
    const replies = [];
    for (const id of ["0190b5a0-0000-7000-8000-000000000000", elsewhere.enrollmentId, "x"]) {
      replies.push(await post(id, { symbol: "nonsense" }, headers));
    }
    const bare = replies.map(
      (reply) => reply.body.replace(String(reply.headers["x-request-id"]), "") + reply.statusCode,
    );
    expect(bare[0]).toContain("not-found");
    expect(new Set(bare).size).toBe(1);
    const reasons = [];
    for (const reply of replies)
      reasons.push(...(await world.audited(reply.headers["x-request-id"])).map(({ reason }) => reason));
    expect(reasons).toEqual(["enrollment-absent", "student-hidden", "malformed-id"]);
  });

  it("401 without a token, 403 without the scope", async () => {
    const student = await world.student();
    expect((await post(student.enrollmentId, { symbol: "A" }, {})).statusCode).toBe(401);
    const { headers } = await world.caller({ scopes: ["students.read", "students.write"] });
    const reply = await post(student.enrollmentId, { symbol: "A" }, headers);
    expect(reply.json()).toMatchObject({ status: 403, requiredScope: "grades.write" });
    expect(await world.events(student.id)).toEqual([]);
  });
});
