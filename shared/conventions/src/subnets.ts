/** How a network is cut into subnets: arithmetic only, the resources are the network stack's. */

/** Prefix lengths of the subnets in each zone. Largest first, so that each starts on its own boundary. */
export const SUBNET_MASKS = { private: 20, isolated: 22, public: 24 } as const;
export type SubnetTier = keyof typeof SUBNET_MASKS;

/** Zones by id, the same place in every account. `use1-az3` is left out: a VPC link cannot live there. */
const ZONE_IDS = ["use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"] as const;

export function zoneIds(count: number): readonly string[] {
  if (!Number.isInteger(count) || count < 2 || count > ZONE_IDS.length) {
    throw new RangeError(
      `${count} zones were asked for; the platform needs at least 2 and knows ${ZONE_IDS.length}. Change the sizing table.`,
    );
  }
  return ZONE_IDS.slice(0, count);
}

/** Prefix length of the block that each zone gets: the network split into the next power of two. */
export function zoneMask(vpcMask: number, zones: number): number {
  return vpcMask + Math.ceil(Math.log2(zones));
}

/**
 * Prefix lengths of the blocks left over in a zone after the subnets, smallest first, each on its own boundary.
 * Named so that a later subnet takes one of them instead of moving what exists.
 *
 * @param mask  the zone's own prefix length
 * @param used  prefix lengths of the subnets in it, largest block first
 */
export function unusedMasks(mask: number, used: readonly number[]): readonly number[] {
  const size = 2 ** (32 - mask);
  const taken = used.reduce((total, each) => total + 2 ** (32 - each), 0);
  if (taken > size) {
    throw new RangeError(
      `Subnets /${used.join(", /")} need ${taken} addresses; a /${mask} has ${size}. Use a larger network or fewer zones.`,
    );
  }
  if (used.some((each, index) => index > 0 && each < used[index - 1]!)) {
    throw new RangeError(
      `Subnets /${used.join(", /")} are not in order of size, so one of them would start off its boundary. Put the largest first.`,
    );
  }
  const unused: number[] = [];
  let at = taken;
  while (at < size) {
    // The lowest bit that is set is the largest block that may start here.
    const block = at === 0 ? size : Math.min(at & -at, size - at);
    unused.push(32 - Math.log2(block));
    at += block;
  }
  return unused;
}

/** The blocks of one zone in order of address, the same in every zone. What is new goes after the last tier: nothing moves. */
export function cutZone(vpcCidr: string, zones: number): readonly { tier: SubnetTier | "unused"; mask: number }[] {
  const vpcMask = 32 - Math.log2(parseCidr(vpcCidr).size);
  const tiers = (["private", "isolated", "public"] as const).map((tier) => ({ tier, mask: SUBNET_MASKS[tier] }));
  const left = unusedMasks(
    zoneMask(vpcMask, zones),
    tiers.map(({ mask }) => mask),
  );
  return [...tiers, ...left.map((mask) => ({ tier: "unused" as const, mask }))];
}

/** First address and size of an IPv4 block. */
export function parseCidr(cidr: string): { first: number; size: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const mask = Number(match?.[5]);
  const first = octets.reduce((total, octet) => total * 256 + octet, 0);
  const size = 2 ** (32 - mask);
  if (!match || octets.some((octet) => octet > 255) || mask > 32 || first % size !== 0) {
    throw new RangeError(`"${cidr}" is no IPv4 block that starts on its own boundary, for instance 10.40.0.0/16.`);
  }
  return { first, size };
}
