import fc from "fast-check";
import { newMembership, resized } from "../../src/services/elasticache/membership.ts";

const counts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });

it("keeps the primary and the count through every change of size, and gives no name twice", () => {
  fc.assert(
    fc.property(counts, fc.nat(), (sizes, choice) => {
      let group = newMembership("cache");
      for (const count of sizes) {
        // A failover in between: any node may be the primary.
        group = { ...group, primary: group.nodes[choice % group.nodes.length]! };
        const after = resized("cache", group, count);
        expect(after.primary).toBe(group.primary);
        expect(after.nodes).toContain(group.primary);
        expect(new Set(after.nodes).size).toBe(count);
        if (count >= group.nodes.length) expect(after.nodes).toEqual(expect.arrayContaining([...group.nodes]));
        group = after;
      }
    }),
  );
});

it("gives new nodes the lowest numbers that are free", () => {
  expect(resized("cache", { nodes: ["cache-002"], primary: "cache-002" }, 3).nodes).toEqual([
    "cache-001",
    "cache-002",
    "cache-003",
  ]);
});
