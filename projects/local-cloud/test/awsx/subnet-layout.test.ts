import fc from "fast-check";
import { layOutSubnets } from "../../src/awsx/subnet-layout.ts";
import type { SubnetSpec } from "../../src/awsx/subnet-layout.ts";
import { contains, overlaps, parseCidr } from "../../src/services/ec2/cidr.ts";

const zonesOf = (count: number) => ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"].slice(0, count);
const vpcBlock = "10.40.0.0/16";
const vpc = parseCidr(vpcBlock)!;

describe("the layout of awsx.ec2.Vpc", () => {
  it("keeps every subnet inside the VPC and clear of the others, in each zone in the order of the specs", () => {
    const spec = fc.record({
      type: fc.constantFrom("Public", "Private", "Isolated", "Unused"),
      cidrMask: fc.integer({ min: 22, max: 28 }),
    });
    fc.assert(
      fc.property(
        fc.array(spec as fc.Arbitrary<SubnetSpec>, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (specs, zones) => {
          const subnets = layOutSubnets({ cidrBlock: vpcBlock, zones: zonesOf(zones), strategy: "Auto", specs });
          expect(subnets).toHaveLength(specs.length * zones);
          for (const [index, { block, spec: placed }] of subnets.entries()) {
            expect(contains(vpc, block)).toBe(true);
            expect(block.prefix).toBe(placed.cidrMask);
            expect(subnets.slice(index + 1).some((other) => overlaps(block, other.block))).toBe(false);
          }
        },
      ),
    );
  });

  it("places public /24, private /20, isolated /22 and the unused rest as the real component does", () => {
    const specs: SubnetSpec[] = [
      { type: "Public", cidrMask: 24 },
      { type: "Private", cidrMask: 20 },
      { type: "Isolated", cidrMask: 22 },
      { type: "Unused", cidrMask: 19 },
    ];
    const subnets = layOutSubnets({ cidrBlock: vpcBlock, zones: zonesOf(2), strategy: "Auto", specs });
    expect(subnets.map(({ cidrBlock }) => cidrBlock)).toEqual([
      "10.40.0.0/24",
      "10.40.16.0/20",
      "10.40.32.0/22",
      "10.40.64.0/19",
      "10.40.128.0/24",
      "10.40.144.0/20",
      "10.40.160.0/22",
      "10.40.192.0/19",
    ]);
  });

  it("takes explicit blocks as they are, one per zone", () => {
    const specs: SubnetSpec[] = [{ type: "Private", cidrBlocks: ["10.40.4.0/24", "10.40.5.0/24"] }];
    const subnets = layOutSubnets({ cidrBlock: vpcBlock, zones: zonesOf(2), strategy: "Auto", specs });
    expect(subnets.map(({ zone, cidrBlock }) => [zone, cidrBlock])).toEqual([
      ["us-east-1a", "10.40.4.0/24"],
      ["us-east-1b", "10.40.5.0/24"],
    ]);
  });

  it.each<[string, SubnetSpec[], string]>([
    ["more than a zone holds", [{ type: "Private", cidrMask: 16 }], "enlarge the VPC or shrink the subnets"],
    ["blocks that overlap", [{ type: "Private", cidrBlocks: ["10.40.0.0/24", "10.40.0.0/25"] }], "overlap"],
    ["a block outside", [{ type: "Private", cidrBlocks: ["10.41.0.0/24", "10.40.0.0/24"] }], "outside the VPC"],
    ["blocks for some zones", [{ type: "Private", cidrBlocks: ["10.40.0.0/24"] }], "each names one per zone"],
    ["a size that is no power of two", [{ type: "Private", size: 300 }], "power of two"],
  ])("refuses %s", (_, specs, message) => {
    expect(() => layOutSubnets({ cidrBlock: vpcBlock, zones: zonesOf(2), strategy: "Auto", specs })).toThrow(message);
  });

  it("wants every address accounted for under Exact", () => {
    const halves: SubnetSpec[] = [
      { type: "Private", cidrMask: 18 },
      { type: "Unused", cidrMask: 18 },
    ];
    const request = { cidrBlock: vpcBlock, zones: zonesOf(2), strategy: "Exact" as const };
    expect(layOutSubnets({ ...request, specs: halves })).toHaveLength(4);
    expect(() => layOutSubnets({ ...request, specs: halves.slice(0, 1) })).toThrow('type "Unused"');
  });
});
