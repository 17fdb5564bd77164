import fc from "fast-check";
import { SUBNET_MASKS, parseCidr, unusedMasks, zoneIds, zoneMask } from "../src/index.ts";

const sizeOf = (mask: number): number => 2 ** (32 - mask);
const sum = (masks: readonly number[]): number => masks.reduce((total, mask) => total + sizeOf(mask), 0);
const masks = Object.values(SUBNET_MASKS);

describe("the cut of a zone", () => {
  it("uses every address once: subnets and named leftovers fill the zone exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 19 }), (mask) => {
        expect(sum([...masks, ...unusedMasks(mask, masks)])).toBe(sizeOf(mask));
      }),
    );
  });

  it("starts every block on its own boundary, for any sizes in order", () => {
    const used = fc
      .array(fc.integer({ min: 20, max: 28 }), { maxLength: 6 })
      .map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(used, (blocks) => {
        fc.pre(sum(blocks) <= sizeOf(18));
        let at = 0;
        for (const mask of [...blocks, ...unusedMasks(18, blocks)]) {
          expect(at % sizeOf(mask)).toBe(0);
          at += sizeOf(mask);
        }
        expect(at).toBe(sizeOf(18));
      }),
    );
  });

  it("refuses subnets that do not fit, or that would start off their boundary", () => {
    expect(() => unusedMasks(20, [20, 24])).toThrow("Use a larger network");
    expect(() => unusedMasks(18, [24, 20])).toThrow("Put the largest first");
  });

  it.each([
    [2, 17],
    [3, 18],
    [4, 18],
  ])("gives each of %i zones a /%i of a /16", (zones, mask) => {
    expect(zoneMask(16, zones)).toBe(mask);
    expect(zones * sizeOf(mask)).toBeLessThanOrEqual(sizeOf(16));
  });
});

describe("zoneIds", () => {
  it("never names the zone where a VPC link cannot live", () => {
    expect(zoneIds(5)).not.toContain("use1-az3");
  });

  it.each([0, 1, 6, 2.5])("refuses %p zones", (count) => {
    expect(() => zoneIds(count)).toThrow(RangeError);
  });
});

describe("parseCidr", () => {
  it("gives back what a block is made of", () => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.nat({ max: 255 }), (a, b) => {
        expect(parseCidr(`${a}.${b}.0.0/16`)).toEqual({ first: (a * 256 + b) * 65536, size: 65536 });
      }),
    );
  });

  it.each(["10.40.0.1/16", "10.40.0.0/33", "10.400.0.0/16", "10.40.0.0", "::/0"])("refuses %p", (cidr) => {
    expect(() => parseCidr(cidr)).toThrow(RangeError);
  });
});
