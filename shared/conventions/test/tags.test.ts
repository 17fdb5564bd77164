import fc from "fast-check";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  CLASSIFICATIONS,
  RETENTION_CLASSES,
  TAG_VOCABULARY,
  TAGGABLE_TYPES,
  stackTags,
  tagged,
  tagsFor,
  type TagKey,
} from "../src/index.ts";
import { findTaggableTypes, renderTaggableTypes } from "../src/taggable.ts";

const stack = stackTags({
  layer: "data",
  environment: "local",
  suffix: "local",
  costCenter: "1000-REC",
  repository: "example-university/student-records",
});

describe("tags", () => {
  it("fill the vocabulary and nothing else, whatever the class of the resource", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CLASSIFICATIONS),
        fc.constantFrom(...RETENTION_CLASSES),
        (classification, retention) => {
          const props = tagged("aws:kms/key:Key", { tags: tagsFor({ classification, retention }) }, stack);
          const tags = props?.tags as Record<string, string>;
          expect(Object.keys(tags).toSorted()).toEqual(Object.keys(TAG_VOCABULARY).toSorted());
          for (const [key, value] of Object.entries(tags)) expect(value).toMatch(TAG_VOCABULARY[key as TagKey]);
        },
      ),
    );
  });

  it("leave a resource's own class alone and take defaults only where there is none", () => {
    const defaults = tagsFor({ classification: "internal", retention: "none" });
    const own = tagsFor({ classification: "restricted", retention: "education-record" });
    expect(tagged("aws:kms/key:Key", { tags: own }, stack, defaults)?.tags).toMatchObject(own);
    expect(tagged("aws:ec2/subnet:Subnet", {}, stack, defaults)?.tags).toMatchObject(defaults);
  });

  it("drop the keys that awsx adds", () => {
    const props = tagged(
      "aws:ec2/subnet:Subnet",
      { tags: { Name: "network-private-1", SubnetType: "Private" } },
      stack,
    );
    expect(Object.keys(props?.tags as object)).toEqual(Object.keys(stack));
  });

  it.each(["aws:efs/mountTarget:MountTarget", "aws:kms/alias:Alias", "aws:cognito/userPoolClient:UserPoolClient"])(
    "are not put on %s, which takes none",
    (type) => {
      expect(tagged(type, {}, stack)).toBeUndefined();
    },
  );

  it("refuse a cost centre of another form before anything is made", () => {
    const wrong = {
      layer: "data",
      environment: "local",
      suffix: "local",
      costCenter: "records",
      repository: "a/b",
    } as const;
    expect(() => stackTags(wrong)).toThrow("CostCenter");
  });

  it("reach every type of the installed AWS package that can carry them", () => {
    const generated = readFileSync(path.resolve("shared/conventions/src/taggable.generated.ts"), "utf8");
    const types = findTaggableTypes();
    expect(types).toContain("aws:kms/key:Key");
    expect(generated).toBe(renderTaggableTypes(types));
    expect(TAGGABLE_TYPES.size).toBe(types.length);
  });
});
