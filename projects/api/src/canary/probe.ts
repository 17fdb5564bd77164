/**
 * What a campus system does, done by us every few minutes on a student who does not exist outside this record: get a
 * token, read the directory, read the record from the cache, change it under its ETag, and be refused with a stale one.
 * The first step that is not as promised fails the run.
 */

export interface Probed {
  /** Where callers go: `https://api.<domain>/v1`. */
  readonly baseUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  /** The synthetic student. */
  readonly studentId: string;
}

export interface StepResult {
  readonly step: string;
  readonly ms: number;
}

/** What was found is not what was promised, in a step's own words. */
class Broken extends Error {}

/** Names the step and what was not as promised; never a body, never a credential. */
export class StepFailed extends Error {
  constructor(step: string, reason: string) {
    super(`${step}: ${reason}`);
    this.name = "StepFailed";
  }
}

type Fetch = typeof fetch;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A step may take no longer than the slowest of our promises and the way there. */
const STEP_TIMEOUT_MS = 5_000;
/** Reserved for fiction by the numbering plan. */
const PHONES = ["+12175550100", "+12175550101"];

export async function probe(at: Probed, fetchFrom: Fetch = fetch): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  const step = async <T>(name: string, work: (ask: Ask) => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    try {
      return await work(askerFor(fetchFrom));
    } catch (error) {
      // Words of others (a parser's, a socket's) may quote what they choked on.
      throw new StepFailed(name, error instanceof Broken ? error.message : (error as Error).name);
    } finally {
      results.push({ step: name, ms: Math.round(performance.now() - startedAt) });
    }
  };
  const student = `${at.baseUrl}/students/${at.studentId}`;

  const token = await step("token", (ask) => tokenFor(at, ask));
  const caller = { authorization: `Bearer ${token}`, "x-api-key": at.apiKey };

  await step("directory", async (ask) => {
    const { body } = await ask(`${at.baseUrl}/students?limit=1`, { headers: caller }, 200);
    if (!Array.isArray((body as { data?: unknown }).data)) throw new Broken("the page has no list of students");
  });

  const before = await step("record", async (ask) => {
    const { headers, body } = await ask(student, { headers: caller }, 200);
    return { etag: etagOf(headers), phone: phoneIn(body) };
  });
  await step("cached record", async (ask) => {
    const { headers } = await ask(student, { headers: caller }, 200);
    const cache = headers.get("x-cache");
    if (cache !== "hit") throw new Broken(`a record that was just read came as a ${cache ?? "nothing"} of the cache`);
  });

  const phone = before.phone === PHONES[0] ? PHONES[1] : PHONES[0];
  const change = (etag: string) => ({
    method: "PATCH",
    headers: { ...caller, "content-type": "application/merge-patch+json", "if-match": etag },
    body: JSON.stringify({ person: { phones: [{ type: "mobile", e164: phone }] } }),
  });
  const after = await step("conditional write", async (ask) =>
    etagOf((await ask(student, change(before.etag), 200)).headers),
  );
  await step("stale write", (ask) => ask(student, change(before.etag), 412));
  await step("read after write", async (ask) => {
    const { headers, body } = await ask(student, { headers: caller }, 200);
    if (etagOf(headers) !== after || phoneIn(body) !== phone) throw new Broken("the change is not what is read");
  });
  return results;
}

/** Asks once; another status than the promised one fails the step. */
type Ask = (url: string, request: RequestInit, promised: number) => Promise<Answer>;

function askerFor(fetchFrom: Fetch): Ask {
  return async (url, request, promised) => {
    const reply = await fetchFrom(url, { ...request, signal: AbortSignal.timeout(STEP_TIMEOUT_MS) });
    const text = await reply.text();
    if (reply.status !== promised) throw new Broken(`answered ${reply.status}, and ${promised} is promised`);
    return {
      status: reply.status,
      headers: reply.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
  };
}

/** Where tokens come from is in the issuer's discovery document, as for every client. */
async function tokenFor({ issuer, clientId, clientSecret }: Probed, ask: Ask): Promise<string> {
  const { body: discovery } = await ask(`${issuer}/.well-known/openid-configuration`, {}, 200);
  const { token_endpoint: endpoint } = discovery as { token_endpoint?: string };
  const { body } = await ask(
    endpoint ?? "",
    {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    },
    200,
  );
  return (body as { access_token: string }).access_token;
}

function etagOf(headers: Headers): string {
  return headers.get("etag") ?? "";
}

function phoneIn(body: unknown): string | undefined {
  return (body as { person?: { phones?: { e164?: string }[] } }).person?.phones?.[0]?.e164;
}
