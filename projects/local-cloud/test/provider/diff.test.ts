import fc from "fast-check";
import { diffInputs } from "../../src/provider/diff.ts";
import { UNKNOWN } from "../../src/resource-type.ts";

const type = { replaceOnChanges: ["cidrBlock", "name"], uniqueBy: ["name"] };
const inputs = fc.dictionary(fc.constantFrom("cidrBlock", "name", "tags", "size"), fc.jsonValue({ maxDepth: 2 }), {
  noNullPrototype: true,
});

describe("the difference between old and new inputs", () => {
  it("is nothing between equal inputs", () => {
    fc.assert(
      fc.property(inputs, (same) => {
        expect(diffInputs(type, same, structuredClone(same)).changes).toEqual([]);
      }),
    );
  });

  it("is the same set of paths in both directions, with additions and deletions swapped", () => {
    fc.assert(
      fc.property(inputs, inputs, (before, after) => {
        const mirrored = { add: "delete", delete: "add", update: "update" } as const;
        const paths = (changes: readonly { path: string; kind: keyof typeof mirrored }[], flip: boolean) =>
          changes.map(({ path, kind }) => `${flip ? mirrored[kind] : kind} ${path}`).toSorted();
        expect(paths(diffInputs(type, before, after).changes, true)).toEqual(
          paths(diffInputs(type, after, before).changes, false),
        );
      }),
    );
  });

  it("replaces exactly when a property that AWS cannot change differs", () => {
    fc.assert(
      fc.property(inputs, inputs, (before, after) => {
        const { changes, replaces } = diffInputs(type, before, after);
        expect(replaces.length > 0).toBe(changes.some(({ property }) => type.replaceOnChanges.includes(property)));
      }),
    );
  });

  it("counts an unknown value of such a property as a possible replacement", () => {
    const { changes } = diffInputs(type, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: UNKNOWN });
    expect(changes).toEqual([{ path: "cidrBlock", property: "cidrBlock", kind: "update", replaces: true }]);
  });

  it("names nested paths as the engine reads them", () => {
    const before = { tags: { "srs:owner": "a", plain: "x" }, list: [1, 2] };
    const { changes } = diffInputs(type, before, { tags: { "srs:owner": "b" }, list: [1] });
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'update tags["srs:owner"]',
      "delete tags.plain",
      "delete list[1]",
    ]);
  });

  it("deletes first when the replacement keeps the name, and not when the name changes", () => {
    const before = { name: "records", cidrBlock: "10.0.0.0/16" };
    expect(diffInputs(type, before, { name: "records", cidrBlock: "10.1.0.0/16" }).deleteBeforeReplace).toBe(true);
    expect(diffInputs(type, before, { name: "other", cidrBlock: "10.1.0.0/16" }).deleteBeforeReplace).toBe(false);
  });
});
