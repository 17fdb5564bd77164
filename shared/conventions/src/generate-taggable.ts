/** Rewrites the list of taggable types after an upgrade of the AWS package. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { findTaggableTypes, renderTaggableTypes } from "./taggable.ts";

const types = findTaggableTypes();
writeFileSync(path.join(import.meta.dirname, "taggable.generated.ts"), renderTaggableTypes(types));
process.stdout.write(`${types.length} taggable types\n`);
