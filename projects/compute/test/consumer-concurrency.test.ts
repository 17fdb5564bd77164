import fc from "fast-check";
import { CONCURRENCY_MAX, consumerConcurrency, PARALLELIZATION } from "../src/consumer-concurrency.ts";

describe("concurrency of a consumer", () => {
  it("takes every batch that the shards hand out, but never more than one consumer may reserve", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (shards) => {
        const reserved = consumerConcurrency(shards);
        expect(reserved).toBeLessThanOrEqual(CONCURRENCY_MAX);
        if (reserved < CONCURRENCY_MAX) expect(reserved).toBe(shards * PARALLELIZATION);
      }),
    );
  });

  it("counts a stream on demand as the shards it starts with", () => {
    expect(consumerConcurrency(null)).toBe(consumerConcurrency(4));
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %p shards and names the setting", (shards) => {
    expect(() => consumerConcurrency(shards)).toThrow("sizing.stream.shards");
  });
});
