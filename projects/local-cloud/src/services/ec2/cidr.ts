/** IPv4 blocks as arithmetic: first address and size. Pure; IPv6 is not served. */

export interface Cidr {
  /** First address as a number. */
  readonly first: number;
  /** Number of addresses. */
  readonly size: number;
  readonly prefix: number;
}

/** `undefined` when the text is no block in canonical form: `10.0.0.1/24` has bits set beyond its mask. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, size, prefix } : undefined;
}

export function formatCidr({ first, prefix }: Pick<Cidr, "first" | "prefix">): string {
  return `${formatAddress(first)}/${prefix}`;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** The first block of this prefix that starts at `address` or after it. */
export function blockFrom(address: number, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  return { first: Math.ceil(address / size) * size, size, prefix };
}
