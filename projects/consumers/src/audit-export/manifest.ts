/** What one export holds, as it is kept beside the exported entries. Each manifest names the hash of the one before. */
import { createHash } from "node:crypto";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Hash = Type.String({ pattern: "^[0-9a-f]{64}$" });
/**
 * A place in the order of entries: behind this entry of the transaction or, without one, before the transaction's
 * first.
 */
const Position = Type.Object({
  transaction: Type.String({ pattern: "^[0-9]+$" }),
  entry: Type.Union([Type.String({ format: "uuid" }), Type.Null()]),
});
export type Position = Static<typeof Position>;
export const BEGINNING: Position = { transaction: "0", entry: null };

const Moment = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" });
export const Manifest = Type.Object({
  version: Type.Literal(1),
  environment: Type.String(),
  /** 1, 2, 3, without a gap. */
  sequence: Type.Integer({ minimum: 1 }),
  /** Of the manifest before; null in the first. */
  previous: Type.Union([Hash, Type.Null()]),
  from: Position,
  to: Position,
  plannedAt: Moment,
  entries: Type.Integer({ minimum: 0 }),
  /** Key of the object; null when there was nothing to export, which is said all the same. */
  object: Type.Union([Type.String(), Type.Null()]),
  /** Over the lines before compression, which another version of the compressor would do differently. */
  sha256: Hash,
});
export type Manifest = Static<typeof Manifest>;

export const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

export interface Export {
  readonly environment: string;
  readonly sequence: number;
  readonly previous: string | null;
  readonly from: Position;
  readonly to: Position;
  readonly plannedAt: Date;
  /** One entry each, as JSON. */
  readonly lines: readonly string[];
}

/** The same export always has the same manifest: a run that is repeated writes nothing new. */
export function manifestOf({ lines, plannedAt, ...range }: Export): Manifest {
  const digest = sha256(contentOf(lines));
  return {
    version: 1,
    environment: range.environment,
    sequence: range.sequence,
    previous: range.previous,
    from: range.from,
    to: range.to,
    plannedAt: plannedAt.toISOString(),
    entries: lines.length,
    object: lines.length === 0 ? null : objectKey(plannedAt, range.sequence, digest),
    sha256: digest,
  };
}

/** Text of the object before compression. */
export function contentOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** @throws when the text is no manifest */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text);
  if (Value.Check(Manifest, value)) return value;
  const [first] = Value.Errors(Manifest, value);
  throw new Error(`the text is no manifest of an audit export: ${first?.instancePath} ${first?.message}`);
}

/** The hash in the key keeps two contents from one name: an object that is there is the one that is meant. */
function objectKey(at: Date, sequence: number, digest: string): string {
  return `audit/${at.toISOString().slice(0, 10).replaceAll("-", "/")}/${padded(sequence)}-${digest}.jsonl.gz`;
}

export function manifestKey(sequence: number, hash: string): string {
  return `audit/manifests/${padded(sequence)}-${hash}.json`;
}

/** Keys are listed in the order of their numbers. */
const padded = (sequence: number): string => String(sequence).padStart(12, "0");
