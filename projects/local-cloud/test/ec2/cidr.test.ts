import fc from "fast-check";
import { blockFrom, contains, formatCidr, overlaps, parseCidr } from "../../src/services/ec2/cidr.ts";
import type { Cidr } from "../../src/services/ec2/cidr.ts";

const cidr: fc.Arbitrary<Cidr> = fc
  .record({ address: fc.nat({ max: 2 ** 31 - 1 }), prefix: fc.integer({ min: 8, max: 32 }) })
  .map(({ address, prefix }) => blockFrom(address, prefix));

describe("IPv4 blocks", () => {
  it("are read back as they are written", () => {
    fc.assert(fc.property(cidr, (block) => expect(parseCidr(formatCidr(block))).toEqual(block)));
  });

  it("overlap exactly when one contains the other", () => {
    fc.assert(fc.property(cidr, cidr, (a, b) => expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a))));
  });

  it.each(["10.0.0.1/24", "10.0.0.0/33", "10.0.0.256/32", "10.0.0/24", "", "::/0"])("refuse %p", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});
