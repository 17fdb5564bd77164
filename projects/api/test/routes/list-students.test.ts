import { Value } from "typebox/value";
import { Page } from "../../src/schemas/page.ts";
import { Student } from "../../src/schemas/student.ts";
import { useWorld } from "../world.ts";

const world = useWorld();
const list = (query: string, headers: Record<string, string>) =>
  world.app.inject({ url: `/v1/students${query}`, headers });

interface Listed {
  data: { id: string; studentNumber: string; updatedAt: string; person: { legalName: { family: string } } }[];
  page: { limit: number; next: string | null };
}

async function everyPage(sort: string, limit: number, headers: Record<string, string>): Promise<Listed["data"]> {
  const rows: Listed["data"] = [];
  let next: string | null = null;
  do {
    const cursor: string = next === null ? "" : `&cursor=${next}`;
    const reply = await list(`?sort=${sort}&limit=${limit}${cursor}`, headers);
    expect(reply.statusCode).toBe(200);
    const page = reply.json<Listed>();
    expect(page.data.length).toBeLessThanOrEqual(limit);
    rows.push(...page.data);
    next = page.page.next;
  } while (next !== null);
  return rows;
}

describe("GET /v1/students", () => {
  const ids: string[] = [];
  beforeAll(async () => {
    // Same name for some, so that only the id breaks the tie.
    for (const family of ["Öz", "Ames", "Ames", "zeta", "Ames", "王", "Beck"])
      ids.push((await world.student({ family })).id);
    await world.student({ campus: "NOR" });
  });

  it("sends the students of the caller's campuses and no others, and records each of them", async () => {
    const { headers, clientId } = await world.caller({ campuses: ["MAI"] });
    const reply = await list("", headers);
    expect([...Value.Errors(Page(Student), reply.json())]).toEqual([]);
    const sent = reply.json<Listed>().data.map(({ id }) => id);
    expect(sent.toSorted()).toEqual(ids.toSorted());
    expect(reply.json<Listed>().page).toEqual({ limit: 50, next: null });
    expect(reply.headers.link).toBeUndefined();
    expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
      {
        action: "listStudents",
        client_id: clientId,
        subject_id: null,
        subjects: sent,
        row_count: sent.length,
        cache: "none",
      },
    ]);
  });

  it.each(["studentNumber", "-studentNumber", "lastName", "-lastName", "updatedAt", "-updatedAt"])(
    "sorted by %s, gives every student once over pages of two, in order",
    async (sort) => {
      const { headers } = await world.caller();
      const rows = await everyPage(sort, 2, headers);
      expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const keyOf = {
        studentNumber: (row: Listed["data"][0]) => row.studentNumber,
        lastName: (row: Listed["data"][0]) => row.person.legalName.family.toLowerCase(),
        updatedAt: (row: Listed["data"][0]) => row.updatedAt,
      }[sort.replace("-", "") as "lastName"];
      const keys = rows.map(keyOf);
      const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
      const expected = keys.toSorted(bytes);
      expect(keys).toEqual(sort.startsWith("-") ? expected.toReversed() : expected);
    },
  );

  it("links the next page", async () => {
    const { headers } = await world.caller();
    const reply = await list("?limit=2", headers);
    const [, target] = /^<(.+)>; rel="next"$/.exec(String(reply.headers.link))!;
    expect((await world.app.inject({ url: target!, headers })).json<Listed>().data).toHaveLength(2);
  });

  it("neither repeats nor skips a student when others come and go between pages", async () => {
    const { headers } = await world.caller();
    const first = (await list("?sort=lastName&limit=3", headers)).json<Listed>();
    const added = await world.student({ family: "Aaa" });
    const rest = (await list(`?sort=lastName&limit=200&cursor=${first.page.next}`, headers)).json<Listed>();
    const seen = [...first.data, ...rest.data].map(({ id }) => id);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    ids.push(added.id);
  });

  it("reads cursors of another task", async () => {
    const { headers } = await world.caller();
    const { next } = (await list("?limit=2", headers)).json<Listed>().page;
    const other = await world.anotherTask();
    const reply = await other.app.inject({ url: `/v1/students?limit=2&cursor=${next}`, headers });
    expect(reply.statusCode).toBe(200);
  });

  describe("cursors", () => {
    it("are good for one client and one order only, and not when altered", async () => {
      const { headers } = await world.caller();
      const { headers: others } = await world.caller();
      const next = (await list("?limit=2", headers)).json<Listed>().page.next!;
      expect((await list(`?limit=5&cursor=${next}`, headers)).statusCode).toBe(200); // the size may change
      const middle = Math.floor(next.length / 2);
      const altered = next.slice(0, middle) + (next[middle] === "A" ? "B" : "A") + next.slice(middle + 1);
      for (const [query, caller] of [
        [`?limit=2&cursor=${next}`, others],
        [`?limit=2&sort=lastName&cursor=${next}`, headers],
        [`?limit=2&cursor=${altered}`, headers],
        ["?cursor=x", headers],
        [`?cursor=${Buffer.from("2026-99-99aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").toString("base64url")}`, headers],
      ] as const) {
        const reply = await list(query, caller);
        expect(reply.json()).toMatchObject({ status: 400, type: expect.stringContaining("invalid-cursor") });
      }
    });

    it("tell nothing of the student they stand for", async () => {
      const { headers } = await world.caller();
      const page = (await list("?sort=lastName&limit=1", headers)).json<Listed>();
      const opened = Buffer.from(page.page.next!, "base64url").toString("latin1");
      expect(opened).not.toContain(page.data[0]!.person.legalName.family.toLowerCase());
      expect(opened).not.toContain(page.data[0]!.id);
    });
  });

  it.each([
    ["?limit=0", "limit"],
    ["?limit=201", "limit"],
    ["?limit=many", "limit"],
    ["?limit=2&limit=3", "limit"],
    ["?sort=ssn", "sort"],
    ["?ssn=000-00-0000", "ssn"],
    ["?lastName=Ames", "lastName"],
  ])("400 for %s, naming the parameter", async (query, parameter) => {
    const { headers } = await world.caller();
    const reply = await list(query, headers);
    expect(reply.json()).toMatchObject({ status: 400, type: expect.stringContaining("invalid-query"), parameter });
  });

  it("401 without a token, 403 without the scope, both recorded", async () => {
    expect((await list("", {})).statusCode).toBe(401);
    const { headers } = await world.caller({ scopes: ["grades.write"] });
    const reply = await list("", headers);
    expect(reply.statusCode).toBe(403);
    expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
      { decision: "deny", action: "listStudents" },
    ]);
  });
});
