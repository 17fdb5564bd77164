// Two modules rather than the whole package: the engine starts the pack for every preview and update.
import { TAGGABLE_TYPES } from "@records/conventions/taggable";
import { TAG_VOCABULARY } from "@records/conventions/tags";
import type { Rule } from "../rule.ts";

export const completeTags: Rule = {
  name: "complete-tags",
  pins: "POL-3, OPS-15",
  holds: "Every resource that takes tags carries all of the closed vocabulary, and nothing else.",
  remedy: "Give the resource tagsFor({ classification, retention }); the stack's own tags come from its settings.",
  check: ({ type, props }) => {
    if (!TAGGABLE_TYPES.has(type)) return [];
    const tags = (props.tags ?? {}) as Record<string, string>;
    const missing = Object.keys(TAG_VOCABULARY).filter((key) => tags[key] === undefined);
    const wrong = Object.entries(tags).flatMap(([key, value]) => {
      const pattern = (TAG_VOCABULARY as Record<string, RegExp>)[key];
      if (!pattern) return [`The tag ${key} is not in the vocabulary.`];
      return pattern.test(value) ? [] : [`The tag ${key} is "${value}".`];
    });
    return [...(missing.length > 0 ? [`The tags ${missing.join(", ")} are missing.`] : []), ...wrong];
  },
};
