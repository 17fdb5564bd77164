import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AssetValue, Properties } from "../../src/resource-type.ts";

/** A folder of code as the engine hands it over. */
export function codeFolder(root: string, source: string): AssetValue {
  const hash = createHash("sha256").update(source).digest("hex");
  const path = join(root, `code-${hash.slice(0, 8)}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.mjs"), source);
  return { kind: "archive", hash, path };
}

export const functionInputs = (name: string, code: AssetValue, more: Properties = {}): Properties => ({
  name,
  code,
  handler: "index.handler",
  runtime: "nodejs24.x",
  role: "arn:aws:iam::000000000000:role/fixture",
  timeout: 5,
  ...more,
});
