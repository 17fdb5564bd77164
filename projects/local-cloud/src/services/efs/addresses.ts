import { createHash } from "node:crypto";

/** AWS keeps the first four addresses of a subnet and the last one. */
const RESERVED_FIRST = 4;
const RESERVED_LAST = 1;

/** An address AWS could have given out of this subnet: the same for the same owner. */
export function addressInSubnet(cidrBlock: string, owner: string): string {
  const [network = "", bits = ""] = cidrBlock.split("/");
  const octets = network.split(".").map(Number);
  const usable = 2 ** (32 - Number(bits)) - RESERVED_FIRST - RESERVED_LAST;
  if (octets.length !== 4 || !(usable > 0)) throw new Error(`${cidrBlock} is not a subnet with room for an address.`);
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const offset = createHash("sha256").update(owner).digest().readUInt32BE(0) % usable;
  const address = base + RESERVED_FIRST + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
