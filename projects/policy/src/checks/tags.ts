// Two modules rather than the whole package: the engine starts the pack for every preview and update.
import { TAGGABLE_TYPES } from "@records/conventions/taggable";
import { TAG_VOCABULARY } from "@records/conventions/tags";
import type { ResourceRule } from "../rule.ts";

export const completeTags: ResourceRule = {
  id: "POL-3",
  name: "complete-tags",
  pins: "OPS-15",
  holds: "Every resource that takes tags carries all of the closed vocabulary, and nothing else.",
  remedy: "Give the resource tagsFor({ classification, retention }); the stack's own tags come from its settings.",
  level: "mandatory",
  scope: "resource",
  check: ({ type, props }) => {
    if (!TAGGABLE_TYPES.has(type)) return [];
    const tags = (props.tags ?? {}) as Record<string, string>;
    const given = Object.keys(tags);
    const missing = Object.keys(TAG_VOCABULARY).filter((key) => !given.includes(key));
    return [
      missing.length > 0 && `The tags ${missing.join(", ")} are missing.`,
      ...given.map((key) => () => {
        const pattern = (TAG_VOCABULARY as Record<string, RegExp>)[key];
        if (!pattern) return `The tag ${key} is not in the vocabulary.`;
        return !pattern.test(tags[key] ?? "") && `The tag ${key} is "${tags[key]}".`;
      }),
    ];
  },
};
