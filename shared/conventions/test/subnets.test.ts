import fc from "fast-check";
import {
  ENVIRONMENTS,
  SIZING,
  SUBNET_MASKS,
  cutZone,
  parseCidr,
  unusedMasks,
  zoneIds,
  zoneMask,
} from "../src/index.ts";

const sizeOf = (mask: number): number => 2 ** (32 - mask);
const sum = (masks: readonly number[]): number => masks.reduce((total, mask) => total + sizeOf(mask), 0);
const masks = Object.values(SUBNET_MASKS);

interface Block {
  readonly first: number;
  readonly size: number;
}
/** Blocks one after the other, as the VPC component lays them out. */
function placed(cut: readonly number[], start: number): readonly Block[] {
  let first = start;
  return cut.map((mask) => {
    const block = { first, size: sizeOf(mask) };
    first += block.size;
    return block;
  });
}
const within = (outer: Block, inner: Block): boolean =>
  outer.first <= inner.first && inner.first + inner.size <= outer.first + outer.size;
const apart = (one: Block, other: Block): boolean =>
  one.first + one.size <= other.first || other.first + other.size <= one.first;

/** A network large enough for its zones: each needs a /19. */
const network = fc
  .record({ mask: fc.integer({ min: 12, max: 17 }), at: fc.nat(), zones: fc.integer({ min: 2, max: 5 }) })
  .filter(({ mask, zones }) => zoneMask(mask, zones) <= 19)
  .map(({ mask, at, zones }) => {
    const first = (at % 2 ** mask) * sizeOf(mask);
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return { cidr: `${octets.join(".")}/${mask}`, zones };
  });
/** Every block of every zone. */
const blocksOf = ({ cidr, zones }: { cidr: string; zones: number }): readonly Block[] => {
  const { first, size } = parseCidr(cidr);
  const cut = cutZone(cidr, zones).map(({ mask }) => mask);
  const zoneSize = sizeOf(zoneMask(32 - Math.log2(size), zones));
  return Array.from({ length: zones }, (_, zone) => placed(cut, first + zone * zoneSize)).flat();
};

describe("a network cut into zones and subnets", () => {
  it("holds every block, and no two of them overlap", () => {
    fc.assert(
      fc.property(network, (of) => {
        const blocks = blocksOf(of);
        expect(blocks.filter((block) => !within(parseCidr(of.cidr), block))).toEqual([]);
        for (const [index, block] of blocks.entries()) {
          expect(blocks.slice(index + 1).filter((other) => !apart(block, other))).toEqual([]);
        }
      }),
    );
  });

  it("starts every block on its own boundary, so that each is a block AWS takes", () => {
    fc.assert(
      fc.property(network, (of) => {
        expect(blocksOf(of).filter(({ first, size }) => first % size !== 0)).toEqual([]);
      }),
    );
  });

  it("moves no block when a subnet is added after the last one, for as long as there is room", () => {
    const added = fc.array(fc.integer({ min: 24, max: 28 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(added, (unsorted) => {
        const grown = [...masks, ...unsorted.toSorted((a, b) => a - b)];
        const after = placed([...grown, ...unusedMasks(18, grown)], 0);
        expect(after.slice(0, masks.length)).toEqual(placed(masks, 0));
        expect(after.at(-1)!.first + after.at(-1)!.size).toBe(sizeOf(18));
      }),
    );
  });

  it("moves no block when a fourth zone joins three, and has to when a third joins two", () => {
    const inZones = (zones: number) => blocksOf({ cidr: "10.40.0.0/16", zones });
    expect(inZones(4).slice(0, inZones(3).length)).toEqual(inZones(3));
    expect(inZones(3).slice(0, inZones(2).length)).not.toEqual(inZones(2));
  });

  it.each(ENVIRONMENTS)("fits in %s, with room left in every zone", (environment) => {
    const { vpcCidr, availabilityZones } = SIZING[environment];
    const blocks = blocksOf({ cidr: vpcCidr, zones: availabilityZones });
    expect(blocks.filter((block) => !within(parseCidr(vpcCidr), block))).toEqual([]);
    expect(cutZone(vpcCidr, availabilityZones).map(({ tier, mask }) => `${tier} /${mask}`)).toEqual(
      expect.arrayContaining(["private /20", "isolated /22", "public /24", "unused /24"]),
    );
  });

  it("refuses a network too small for its zones", () => {
    expect(() => cutZone("10.40.0.0/19", 2)).toThrow("Use a larger network or fewer zones");
  });
});

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
        const all = placed([...blocks, ...unusedMasks(18, blocks)], 0);
        expect(all.filter(({ first, size }) => first % size !== 0)).toEqual([]);
        expect(all.reduce((total, { size }) => total + size, 0)).toBe(sizeOf(18));
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
