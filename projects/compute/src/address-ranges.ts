/**
 * Parses a list of IPv4 ranges from configuration.
 *
 * @throws naming the entry and what to correct
 */
export function parseRanges(key: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    throw new Error(`The config key ${key} must list ranges of addresses, for instance 192.0.2.0/24.`);
  }
  const wrong = value.find((range: unknown) => typeof range !== "string" || !isRange(range)) as unknown;
  if (wrong !== undefined) {
    throw new Error(
      `${JSON.stringify(wrong)} in ${key} is no range of IPv4 addresses in its shortest form, or it is all of them. ` +
        "Write the first address of the range and its prefix, for instance 192.0.2.0/24.",
    );
  }
  return value as string[];
}

function isRange(text: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return false;
  const [prefix = 0, ...octets] = [parts[4], ...parts.slice(0, 4)];
  if (prefix < 1 || prefix > 32 || octets.some((octet = 256) => octet > 255)) return false;
  const address = octets.reduce<number>((sum, octet = 0) => sum * 256 + octet, 0);
  return address % 2 ** (32 - prefix) === 0;
}
