/** Strong ETags: the entity's version, and a short digest of what else shapes the bytes (API-7). */
import { createHash } from "node:crypto";

export function etagOf(version: number, view: string): string {
  const digest = createHash("sha256").update(`${version}\n${view}\napplication/json`).digest("hex").slice(0, 12);
  return `"${version}-${digest}"`;
}

/** Whether an If-Match or If-None-Match list names the ETag. `*` is not honoured, and a weak tag matches nothing here. */
export function matches(header: string, etag: string): boolean {
  return header.split(",").some((candidate) => candidate.trim() === etag);
}
