import { generateKeyPairSync } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { anchorKey, signAnchor } from "../../src/audit-export/anchor.ts";
import {
  BEGINNING,
  contentOf,
  manifestKey,
  manifestOf,
  sha256,
  type Position,
} from "../../src/audit-export/manifest.ts";
import { verifyExport } from "../../src/audit-export/verify.ts";
import { MemoryStore, signer, storeOf } from "./world.ts";

/** Five exports of three entries each and two anchors, without a database. */
async function exported(): Promise<MemoryStore> {
  const store = new MemoryStore();
  let previous: string | null = null;
  let from: Position = BEGINNING;
  const hashes: string[] = [];
  for (const sequence of [1, 2, 3, 4, 5]) {
    const to: Position = { transaction: String(sequence * 100), entry: null };
    const lines = [1, 2, 3].map((n) => JSON.stringify({ id: `${sequence}-${n}`, decision: "deny" }));
    const plannedAt = new Date(`2026-11-24T0${sequence}:00:00.000Z`);
    const manifest = manifestOf({ environment: "local", sequence, previous, from, to, plannedAt, lines });
    const text = JSON.stringify(manifest);
    previous = sha256(text);
    hashes.push(previous);
    from = to;
    await store.put(manifest.object!, gzipSync(contentOf(lines)));
    await store.put(manifestKey(sequence, previous), text);
  }
  let before: string | null = null;
  for (const [day, sequence] of [
    ["2026-11-23", 2],
    ["2026-11-24", 5],
  ] as const) {
    const head = { sequence, hash: hashes[sequence - 1]! };
    const jws = await signAnchor(
      { version: 1, environment: "local", day, previous: before, head, manifests: 0 },
      signer,
    );
    before = sha256(jws);
    await store.put(anchorKey(day), jws);
  }
  return store;
}

const keyOf = (store: MemoryStore, part: string): string =>
  [...store.objects.keys()].find((key) => key.includes(part))!;
const change = (store: MemoryStore, part: string, edit: (text: string) => string): void => {
  const key = keyOf(store, part);
  const body = store.objects.get(key)!;
  const packed = key.endsWith(".gz");
  const text = edit((packed ? gunzipSync(body) : body).toString("utf8"));
  store.objects.set(key, packed ? gzipSync(text) : Buffer.from(text));
};

describe("verification of an export", () => {
  it("finds nothing where nothing was touched", async () => {
    expect(await verifyExport(storeOf(await exported()))).toEqual({
      manifests: 5,
      entries: 15,
      anchors: 2,
      faults: [],
    });
  });

  it.each<[string, (store: MemoryStore) => void, RegExp]>([
    [
      "an altered entry",
      (s) => change(s, "000000000003-", (text) => text.replace("deny", "allow")),
      /export 3: .* is not what was exported/,
    ],
    ["a removed entry", (s) => change(s, "000000000003-", (text) => text.slice(text.indexOf("\n") + 1)), /export 3/],
    ["an added entry", (s) => change(s, "000000000003-", (text) => `${text}{}\n`), /export 3/],
    [
      "entries in another order",
      (s) => change(s, "000000000003-", (text) => text.split("\n").toSorted().reverse().join("\n")),
      /export 3/,
    ],
    ["a removed object", (s) => s.objects.delete(keyOf(s, "000000000003-")), /export 3: its object .* is missing/],
    [
      "an object that is no archive",
      (s) => s.objects.set(keyOf(s, "000000000003-"), Buffer.from("x")),
      /cannot be unpacked/,
    ],
    [
      "a removed manifest",
      (s) => s.objects.delete(keyOf(s, "manifests/000000000003")),
      /exports 3 to 3: their manifests are missing/,
    ],
    [
      "an altered manifest",
      (s) => change(s, "manifests/000000000003", (text) => text.replace('"entries":3', '"entries":2')),
      /export 4: it does not continue/,
    ],
    [
      "a second manifest of an export",
      (s) =>
        s.objects.set("audit/manifests/000000000003-other.json", s.objects.get(keyOf(s, "manifests/000000000003"))!),
      /export 3: there are two manifests/,
    ],
    ["something else in a manifest's place", (s) => change(s, "manifests/000000000003", () => "{}"), /is no manifest/],
    [
      "an altered last manifest, which no other continues",
      (s) => change(s, "manifests/000000000005", (text) => text.replace("05:00", "05:01")),
      /anchor of 2026-11-24: it was signed over another manifest 5/,
    ],
    [
      "an altered anchor",
      (s) =>
        change(s, "anchors/2026-11-24", (text) => {
          const [h, p, sig] = text.split(".");
          return [
            h,
            Buffer.from(Buffer.from(p!, "base64url").toString().replace('"sequence":5', '"sequence":4')).toString(
              "base64url",
            ),
            sig,
          ].join(".");
        }),
      /signature does not fit/,
    ],
    [
      "a removed anchor",
      (s) => s.objects.delete("anchors/2026-11-23.jws"),
      /anchor of 2026-11-24: it does not continue/,
    ],
  ])("finds %s", async (_, tamper, fault) => {
    const store = await exported();
    tamper(store);
    expect((await verifyExport(storeOf(store))).faults.join("\n")).toMatch(fault);
  });

  it("finds a chain that was written anew, because only the key's owner can anchor it", async () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { faults } = await verifyExport(storeOf(await exported(), stranger.publicKey));
    expect(faults).toEqual([expect.stringContaining("signature"), expect.stringContaining("signature")]);
  });
});
