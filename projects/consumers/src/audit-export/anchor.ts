/** A signed statement about everything exported so far: whoever rewrites the chain of manifests would have to sign anew. */
import { verify, type KeyObject } from "node:crypto";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Hash = Type.String({ pattern: "^[0-9a-f]{64}$" });
export const Anchor = Type.Object({
  version: Type.Literal(1),
  environment: Type.String(),
  /** The day that has ended. */
  day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
  /** Of the anchor before, as it was signed; null in the first. */
  previous: Type.Union([Hash, Type.Null()]),
  /** Last manifest of the chain, and its hash, which stands for all before it. Null when nothing was exported yet. */
  head: Type.Union([Type.Object({ sequence: Type.Integer({ minimum: 1 }), hash: Hash }), Type.Null()]),
  /** Manifests since the anchor before. */
  manifests: Type.Integer({ minimum: 0 }),
});
export type Anchor = Static<typeof Anchor>;

/** Signs a text with ES256: DER, as KMS answers. */
export interface Signer {
  readonly keyId: string;
  sign(text: string): Promise<Buffer>;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The anchor as a compact JWS: any tool that knows RFC 7515 can check it. */
export async function signAnchor(anchor: Anchor, signer: Signer): Promise<string> {
  const input = `${base64url({ alg: "ES256", kid: signer.keyId, typ: "audit-anchor+json" })}.${base64url(anchor)}`;
  return `${input}.${rawSignature(await signer.sign(input)).toString("base64url")}`;
}

/** What the signature covers. @throws when the text is none of ours, or was not signed with this key */
export function verifiedAnchor(jws: string, publicKeyOf: (keyId: string) => KeyObject | undefined): Anchor {
  const [header = "", payload = "", signature = ""] = jws.split(".");
  const { alg, kid } = decoded(header) as { alg?: unknown; kid?: unknown };
  const key = typeof kid === "string" ? publicKeyOf(kid) : undefined;
  if (alg !== "ES256" || key === undefined)
    throw new Error(`an anchor is signed with ${String(alg)} by ${String(kid)}, which is not known.`);
  const input = Buffer.from(`${header}.${payload}`);
  const signed = verify("sha256", input, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  if (!signed) throw new Error("an anchor's signature does not fit what it says.");
  const anchor = decoded(payload);
  if (!Value.Check(Anchor, anchor)) throw new Error("an anchor is signed, but does not say what an anchor says.");
  return anchor;
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** From the two integers in DER to two times 32 bytes, as RFC 7518 wants them. */
function rawSignature(der: Buffer): Buffer {
  let at = 2; // a sequence of less than 128 bytes
  const integer = (): Buffer => {
    const length = der[at + 1] ?? 0;
    const bytes = der.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const digits = bytes.subarray(Math.max(0, bytes.length - 32));
    return Buffer.concat([Buffer.alloc(32 - digits.length), digits]);
  };
  return Buffer.concat([integer(), integer()]);
}

export const anchorKey = (day: string): string => `anchors/${day}.jws`;
