import fc from "fast-check";
import { periodStart } from "../../src/services/apigateway/quota.ts";
import { TokenBuckets } from "../../src/services/apigateway/token-bucket.ts";
import { operation } from "./api-body.ts";
import { World, type Reply } from "./world.ts";

describe("a token bucket", () => {
  const throttle = fc.record({
    ratePerSecond: fc.integer({ min: 0, max: 500 }),
    burst: fc.integer({ min: 0, max: 500 }),
  });
  const pausesMs = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 });

  it("never lets through more than the burst and what the rate has added since", () => {
    fc.assert(
      fc.property(throttle, pausesMs, (limit, pauses) => {
        const buckets = new TokenBuckets();
        let nowMs = 0;
        let allowed = 0;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          if (buckets.take("key", limit, nowMs)) allowed++;
          expect(allowed).toBeLessThanOrEqual(limit.burst + (nowMs / 1000) * limit.ratePerSecond + 1e-6);
        }
      }),
    );
  });

  it("lets a whole burst through at once, and one request more not", () => {
    fc.assert(
      fc.property(throttle, ({ ratePerSecond, burst }) => {
        const buckets = new TokenBuckets();
        for (let call = 0; call < burst; call++) expect(buckets.take("key", { ratePerSecond, burst }, 0)).toBe(true);
        expect(buckets.take("key", { ratePerSecond, burst }, 0)).toBe(false);
        expect(buckets.take("other", { ratePerSecond, burst }, 0)).toBe(burst > 0);
      }),
    );
  });
});

describe("a quota's period", () => {
  it.each([
    ["DAY", "2026-03-05T23:59:59Z", "2026-03-05T00:00:00Z"],
    ["WEEK", "2026-03-05T23:59:59Z", "2026-03-01T00:00:00Z"],
    ["WEEK", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"],
    ["MONTH", "2026-03-31T23:59:59Z", "2026-03-01T00:00:00Z"],
  ] as const)("of a %s that holds %s begins at %s", (period, now, start) => {
    expect(periodStart(period, Date.parse(now))).toBe(Date.parse(start));
  });
});

describe("limits at the gateway", () => {
  const world = new World();
  beforeAll(
    () =>
      world.start((facts) => ({
        "/students": { get: operation(facts, "get", "/students") },
        "/students/{id}": { get: operation(facts, "get", "/students/{id}") },
      })),
    60_000,
  );
  afterAll(() => world.close());
  const plan = async (changes: object) => {
    world.plan = await world.change(world.plan, changes);
  };
  const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status);

  it("answers a burst beyond the key's usage plan with 429 and Retry-After, and leaves another key alone", async () => {
    const other = await world.resources.create("aws:apigateway/apiKey:ApiKey", "other", {});
    await world.resources.create("aws:apigateway/usagePlanKey:UsagePlanKey", "other", {
      keyId: other.id,
      keyType: "API_KEY",
      usagePlanId: world.plan.id,
    });
    // One token in about three hours: nothing comes back while the test runs.
    await plan({ throttleSettings: { rateLimit: 0.0001, burstLimit: 3 } });
    world.received.length = 0;
    const replies: Reply[] = [];
    for (let call = 0; call < 5; call++) replies.push(await world.call(`/students/${call}`));
    expect(statuses(replies)).toEqual([200, 200, 200, 429, 429]);
    expect(world.received).toHaveLength(3);
    expect(replies.at(-1)?.headers).toMatchObject({
      "retry-after": "1",
      "content-type": "application/problem+json",
      "x-amzn-errortype": "TooManyRequestsException",
    });
    expect(JSON.parse(replies.at(-1)?.text ?? "")).toMatchObject({ type: "rate-limited", status: 429 });
    expect((await world.call("/students/1", { headers: { "x-api-key": other.outputs.value as string } })).status).toBe(
      200,
    );
    await plan({ throttleSettings: { rateLimit: 1000, burstLimit: 1000 } });
  });

  it("does not count a request that is refused for its token", async () => {
    await plan({ throttleSettings: { rateLimit: 0.0001, burstLimit: 1 } });
    for (let call = 0; call < 3; call++) {
      expect((await world.call("/students/1", { headers: { authorization: undefined } })).status).toBe(401);
    }
    expect((await world.call("/students/1")).status).toBe(200);
    await plan({ throttleSettings: { rateLimit: 1000, burstLimit: 1000 } });
  });

  it("ends a day's quota with another answer than a burst", async () => {
    await plan({ quotaSettings: { limit: 2, period: "DAY" } });
    const replies: Reply[] = [];
    for (let call = 0; call < 3; call++) replies.push(await world.call("/students/1"));
    expect(statuses(replies)).toEqual([200, 200, 429]);
    expect(replies[2]?.headers).toMatchObject({ "retry-after": "3600", "x-amzn-errortype": "LimitExceededException" });
    await plan({ quotaSettings: undefined });
  });

  it("holds a method's own limit in a plan beside the plan's", async () => {
    const throttles = [{ path: "/students/GET", rateLimit: 0.0001, burstLimit: 1 }];
    await plan({ apiStages: [{ apiId: world.api.id, stage: "v1", throttles }] });
    expect((await world.call("/students")).status).toBe(200);
    expect((await world.call("/students")).status).toBe(429);
    expect((await world.call("/students/1")).status).toBe(200);
    await plan({ apiStages: [{ apiId: world.api.id, stage: "v1" }] });
  });

  it("gives each method of a stage the stage's limit, or its own", async () => {
    const settings = (methodPath: string, throttlingBurstLimit: number) => ({
      restApi: world.api.id,
      stageName: "v1",
      methodPath,
      settings: { throttlingRateLimit: 0.0001, throttlingBurstLimit },
    });
    const type = "aws:apigateway/methodSettings:MethodSettings";
    await world.resources.create(type, "all", settings("*/*", 1));
    await world.resources.create(type, "one", settings("~1students~1{id}/GET", 2));
    const list = [await world.call("/students"), await world.call("/students")];
    expect(statuses(list)).toEqual([200, 429]);
    const one = [await world.call("/students/1"), await world.call("/students/2"), await world.call("/students/3")];
    expect(statuses(one)).toEqual([200, 200, 429]);
  });
});
