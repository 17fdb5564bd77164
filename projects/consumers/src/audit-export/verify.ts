/** Reads an export as an auditor does, from the store alone, and says where it is not what was exported. */
import type { KeyObject } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { verifiedAnchor, type Anchor } from "./anchor.ts";
import { BEGINNING, contentOf, parseManifest, sha256, type Manifest, type Position } from "./manifest.ts";

export interface ExportedStore {
  /** Texts of all manifests, in any order. */
  readonly manifests: readonly string[];
  /** Texts of all anchors, in any order. */
  readonly anchors: readonly string[];
  /** Content of an object; undefined when there is none. */
  readonly read: (key: string) => Promise<Buffer | undefined>;
  readonly publicKeyOf: (keyId: string) => KeyObject | undefined;
}

export interface Verification {
  readonly manifests: number;
  readonly entries: number;
  readonly anchors: number;
  /** What is wrong, in the order of the chain; empty: everything is as it was exported. */
  readonly faults: readonly string[];
}

export async function verifyExport(store: ExportedStore): Promise<Verification> {
  const faults: string[] = [];
  const chain = readChain(store.manifests, faults);
  let entries = 0;
  for (const { manifest } of chain) {
    entries += manifest.entries;
    const fault = await contentFault(manifest, store.read);
    if (fault !== undefined) faults.push(`export ${manifest.sequence}: ${fault}`);
  }
  const anchors = readAnchors(store, faults);
  const hashes = new Map(chain.map(({ manifest, hash }) => [manifest.sequence, hash]));
  for (const { day, head } of anchors) {
    if (head !== null && hashes.get(head.sequence) !== head.hash)
      faults.push(`anchor of ${day}: it was signed over another manifest ${head.sequence} than there is.`);
  }
  return { manifests: chain.length, entries, anchors: anchors.length, faults };
}

interface Link {
  readonly manifest: Manifest;
  readonly hash: string;
}

/** From the first manifest to the last, each continuing the one before. */
function readChain(texts: readonly string[], faults: string[]): readonly Link[] {
  const links = texts
    .flatMap((text): Link[] => {
      try {
        return [{ manifest: parseManifest(text), hash: sha256(text) }];
      } catch (error) {
        faults.push((error as Error).message);
        return [];
      }
    })
    .toSorted((one, other) => one.manifest.sequence - other.manifest.sequence);
  let before: Link | undefined;
  for (const link of links) {
    const { sequence, previous, from } = link.manifest;
    const expected = (before?.manifest.sequence ?? 0) + 1;
    if (sequence < expected) faults.push(`export ${sequence}: there are two manifests of it.`);
    else if (sequence > expected) faults.push(`exports ${expected} to ${sequence - 1}: their manifests are missing.`);
    else if (previous !== (before?.hash ?? null))
      faults.push(`export ${sequence}: it does not continue the manifest before it.`);
    else if (!samePlace(from, before?.manifest.to ?? BEGINNING))
      faults.push(`export ${sequence}: it does not begin where the one before ended.`);
    before = link;
  }
  return links;
}

const samePlace = (one: Position, other: Position): boolean =>
  one.transaction === other.transaction && one.entry === other.entry;

async function contentFault(manifest: Manifest, read: ExportedStore["read"]): Promise<string | undefined> {
  const { object, entries, sha256: digest } = manifest;
  if (object === null) return entries === 0 && digest === sha256(contentOf([])) ? undefined : "it names no object.";
  const compressed = await read(object);
  if (compressed === undefined) return `its object ${object} is missing.`;
  let content: Buffer;
  try {
    content = gunzipSync(compressed);
  } catch {
    return `its object ${object} cannot be unpacked.`;
  }
  if (sha256(content) !== digest) return `its object ${object} is not what was exported.`;
  const lines = content.toString("utf8").split("\n").length - 1;
  return lines === entries ? undefined : `its object ${object} has ${lines} entries, not ${entries}.`;
}

function readAnchors({ anchors, publicKeyOf }: ExportedStore, faults: string[]): readonly Anchor[] {
  const read = anchors
    .flatMap((text) => {
      try {
        return [{ anchor: verifiedAnchor(text, publicKeyOf), hash: sha256(text) }];
      } catch (error) {
        faults.push((error as Error).message);
        return [];
      }
    })
    .toSorted((one, other) => (one.anchor.day < other.anchor.day ? -1 : 1));
  let before: string | null = null;
  for (const { anchor, hash } of read) {
    if (anchor.previous !== before) faults.push(`anchor of ${anchor.day}: it does not continue the anchor before it.`);
    before = hash;
  }
  return read.map(({ anchor }) => anchor);
}
