/** Repeatable chance: the same key always gives the same numbers, whatever ran before and on any machine. */
import { createHash } from "node:crypto";

export interface Random {
  /** Whole number, 0 <= n < bound. */
  below(bound: number): number;
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Index into the weights, each as likely as its share. */
  weighted(weights: readonly number[]): number;
}

/** SHA-256 in counter mode over a key such as `1:student:42`. */
export function random(key: string): Random {
  let block = Buffer.alloc(0);
  let counter = 0;
  let offset = 0;
  const next = () => {
    if (offset + 4 > block.length) {
      block = createHash("sha256").update(`${key}:${counter++}`).digest();
      offset = 0;
    }
    offset += 4;
    return block.readUInt32BE(offset - 4);
  };
  const below = (bound: number) => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    chance: (percent) => below(10_000) < percent * 100,
    pick: (from) => from[below(from.length)]!,
    weighted: (weights) => {
      let left = below(weights.reduce((sum, weight) => sum + weight, 0));
      return weights.findIndex((weight) => (left -= weight) < 0);
    },
  };
}

/** First moment of generated ids: before any real one, so that generated rows never look newer. */
const IDS_FROM = Date.UTC(2026, 0, 1);

/** UUIDv7 (RFC 9562) whose random part comes from the key and whose time grows with the index. */
export function generatedId(seed: number, kind: string, index: number): string {
  const bytes = createHash("sha256").update(`${seed}:${kind}:${index}`).digest().subarray(0, 16);
  bytes.writeUIntBE(IDS_FROM + index, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
