import { v7 as uuidv7 } from "uuid";
import { probe, type Probed } from "../src/canary/probe.ts";
import { ISSUER, useWorld } from "./world.ts";

const world = useWorld();
const BASE = "https://api.records.example.edu/v1";

/** The service itself behind the gateway's address, and an issuer that gives the world's tokens. */
function surroundings(authorization: string, change: (request: Request, reply: Response) => Response = (_, r) => r) {
  const asked: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    if (request.url.endsWith("/.well-known/openid-configuration"))
      return Response.json({ token_endpoint: `${ISSUER}/token` });
    if (request.url === `${ISSUER}/token`)
      return Response.json({ access_token: authorization.replace("Bearer ", ""), token_type: "Bearer" });
    const { statusCode, headers, payload } = await world.app.inject({
      method: request.method as "GET",
      url: new URL(request.url).pathname + new URL(request.url).search,
      headers: Object.fromEntries(request.headers),
      payload: request.body === null ? undefined : await request.text(),
    });
    return new Response(payload, { status: statusCode, headers: headers as Record<string, string> });
  };
  const fetchFrom = async (url: string, init: RequestInit) => {
    const request = new Request(url, init);
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return change(request, await answer(request));
  };
  return { asked, fetchFrom: fetchFrom as unknown as typeof fetch };
}

async function synthetic() {
  const student = await world.student();
  const { headers } = await world.caller();
  const credentials = { clientId: "canary", clientSecret: "a-secret-of-the-test", apiKey: "a-key-of-the-test" };
  const at: Probed = { baseUrl: BASE, issuer: ISSUER, studentId: student.id, ...credentials };
  return { at, student, ...headers };
}

describe("the canary", () => {
  it("passes on the service as it is, again and again, and leaves one event a run", async () => {
    const { at, student, authorization } = await synthetic();
    const { fetchFrom } = surroundings(authorization);
    const first = await probe(at, fetchFrom);
    expect(first.map(({ step }) => step)).toEqual([
      "token",
      "directory",
      "record",
      "cached record",
      "conditional write",
      "stale write",
      "read after write",
    ]);
    await probe(at, fetchFrom);
    expect((await world.events(student.id)).map(({ type }) => type)).toEqual([
      "edu.records.student.updated.v1",
      "edu.records.student.updated.v1",
    ]);
  });

  it.each([
    ["a token that is not given", "/token", { status: 400 }, "token: answered 400, and 200 is promised"],
    ["a failing directory", "?limit=1", { status: 503 }, "directory: answered 503, and 200 is promised"],
    ["a reply that is no JSON", "?limit=1", { status: 200, text: "<html>" }, "directory: SyntaxError"],
  ])(
    "fails on %s, and says at which step",
    async (_, url, { status, text }: { status: number; text?: string }, reason) => {
      const { at, authorization } = await synthetic();
      const { fetchFrom } = surroundings(authorization, (request, reply) =>
        request.url.endsWith(url) ? new Response(text ?? "{}", { status }) : reply,
      );
      await expect(probe(at, fetchFrom)).rejects.toThrow(reason);
    },
  );

  it("fails when a record that was just read does not come from the cache", async () => {
    const { at, authorization } = await synthetic();
    const { fetchFrom } = surroundings(authorization, (request, reply) => {
      if (request.method !== "GET" || !request.url.includes(at.studentId)) return reply;
      const headers = new Headers(reply.headers);
      headers.set("x-cache", "miss");
      return new Response(reply.body, { status: reply.status, headers });
    });
    await expect(probe(at, fetchFrom)).rejects.toThrow(
      "cached record: a record that was just read came as a miss of the cache",
    );
  });

  it("fails when a stale write is accepted", async () => {
    const { at, authorization } = await synthetic();
    const { fetchFrom } = surroundings(authorization, (_, reply) =>
      reply.status === 412 ? Response.json({}, { status: 200 }) : reply,
    );
    await expect(probe(at, fetchFrom)).rejects.toThrow("stale write: answered 200, and 412 is promised");
  });

  it("names no credential and no record in what it says of a failure", async () => {
    const { at, authorization } = await synthetic();
    const { fetchFrom } = surroundings(authorization);
    const failure = await probe({ ...at, studentId: uuidv7() }, fetchFrom).catch((error: unknown) => String(error));
    expect(failure).toBe("StepFailed: record: answered 404, and 200 is promised");
  });
});
