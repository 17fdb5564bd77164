/** Between the engine's wire form (protobuf Struct with signatures) and plain JavaScript. */
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN } from "../resource-type.ts";
import type { AssetValue, Properties } from "../resource-type.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine marks an unknown by the type it expects; to a provider they are all the same. */
const UNKNOWN_SENTINELS: ReadonlySet<unknown> = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export interface DecodedProperties {
  readonly properties: Properties;
  /** Top-level properties that are secret or hold a secret anywhere inside. */
  readonly secretProperties: ReadonlySet<string>;
}

export function decodeProperties(wire: Struct | undefined): DecodedProperties {
  const properties: Properties = {};
  const secretProperties = new Set<string>();
  for (const [name, value] of Object.entries(wire?.toJavaScript() ?? {})) {
    properties[name] = decode(value, () => secretProperties.add(name));
  }
  return { properties, secretProperties };
}

/** `undefined` is left out, as absent; the named properties are wrapped as secrets. */
export function encodeProperties(properties: Properties, secretProperties: Iterable<string> = []): Struct {
  const secrets = new Set(secretProperties);
  const wire: Record<string, JavaScriptValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const encoded = encode(value);
    wire[name] = secrets.has(name) ? { [SIGNATURE]: SECRET, value: encoded } : encoded;
  }
  return struct.Struct.fromJavaScript(wire);
}

type WireObject = Readonly<Record<string, unknown>>;

function decode(value: unknown, secretSeen: () => void): unknown {
  if (UNKNOWN_SENTINELS.has(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => decode(item, secretSeen));
  if (typeof value !== "object" || value === null) return value;
  const object = value as WireObject;
  switch (object[SIGNATURE]) {
    case undefined:
      return mapValues(object, (member) => decode(member, secretSeen));
    case SECRET:
      secretSeen();
      return decode(object.value, secretSeen);
    case OUTPUT_VALUE:
      if (object.secret === true) secretSeen();
      return "value" in object ? decode(object.value, secretSeen) : UNKNOWN;
    case RESOURCE_REFERENCE:
      // A program that passes a resource where AWS wants an id means the id; components have only a URN.
      return decode(object.id ?? object.urn, secretSeen);
    case ASSET:
    case ARCHIVE:
      return decodeAsset(object);
    default:
      throw new Error(`The engine sent a value of a kind the provider does not know (${String(object[SIGNATURE])}).`);
  }
}

function decodeAsset(wire: WireObject): AssetValue {
  if (typeof wire.uri === "string" && wire.uri !== "") {
    throw new Error(`Remote assets are not served by the local cloud (${wire.uri}). Pass a local file or folder.`);
  }
  return {
    kind: wire[SIGNATURE] === ASSET ? "asset" : "archive",
    hash: typeof wire.hash === "string" ? wire.hash : "",
    ...(typeof wire.path === "string" && wire.path !== "" && { path: wire.path }),
    ...(typeof wire.text === "string" && wire.text !== "" && { text: wire.text }),
    ...(isObject(wire.assets) && {
      members: mapValues(wire.assets, (member) => decodeAsset(member as WireObject)),
    }),
  };
}

function encode(value: unknown): JavaScriptValue {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(encode);
  if (isAsset(value)) return encodeAsset(value);
  if (isObject(value)) {
    return mapValues(Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)), encode);
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw new Error(`A property of type ${typeof value} cannot be handed to the engine.`);
}

function encodeAsset(asset: AssetValue): JavaScriptValue {
  return {
    [SIGNATURE]: asset.kind === "asset" ? ASSET : ARCHIVE,
    hash: asset.hash,
    ...(asset.path !== undefined && { path: asset.path }),
    ...(asset.text !== undefined && { text: asset.text }),
    ...(asset.members !== undefined && { assets: mapValues(asset.members, encodeAsset) }),
  };
}

/** Stricter than `isAssetValue`: a plain object may happen to have properties called `kind` and `hash`. */
function isAsset(value: unknown): value is AssetValue {
  return (
    isObject(value) &&
    (value.kind === "asset" || value.kind === "archive") &&
    typeof value.hash === "string" &&
    Object.keys(value).every((key) => ["kind", "hash", "path", "text", "members"].includes(key))
  );
}

function isObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues<V, W>(object: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
