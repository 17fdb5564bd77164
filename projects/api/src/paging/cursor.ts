/**
 * Page cursors: where the next page begins, sealed. A caller can neither read one (it holds a name or a number of the
 * last student sent) nor make one, and it opens for the client and the query it was made for, for a day.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** A day's key, shared by all tasks. */
export interface CursorKeys {
  /** Key of a day (`YYYY-MM-DD`); undefined when that day has none. */
  find(day: string): Promise<Buffer | undefined>;
  /** Today's, made on first use. */
  today(): Promise<{ readonly day: string; readonly key: Buffer }>;
}

export interface Position {
  /** Sort value and id of the last row sent, as the database wrote them. */
  readonly sortValue: string;
  readonly id: string;
}

const VALID_FOR_MS = 24 * 3_600_000;
const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const DAY_LENGTH = "YYYY-MM-DD".length;

/** What a cursor is bound to: authenticated with it, stored nowhere. */
function bindingOf(clientId: string, query: string): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([clientId, query]))
    .digest();
}

export async function sealCursor(
  keys: CursorKeys,
  position: Position,
  clientId: string,
  query: string,
): Promise<string> {
  const { day, key } = await keys.today();
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(bindingOf(clientId, query));
  const text = JSON.stringify([position.sortValue, position.id, Date.now() + VALID_FOR_MS]);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.from(day), iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** @returns undefined when it was not made by us for this client and query, or is too old */
export async function openCursor(
  keys: CursorKeys,
  cursor: string,
  clientId: string,
  query: string,
): Promise<Position | undefined> {
  const bytes = Buffer.from(cursor, "base64url");
  const day = bytes.toString("latin1", 0, DAY_LENGTH);
  if (!isRecent(day) || bytes.length <= DAY_LENGTH + IV_BYTES + TAG_BYTES) return undefined;
  const key = await keys.find(day);
  if (key === undefined) return undefined;
  const iv = bytes.subarray(DAY_LENGTH, DAY_LENGTH + IV_BYTES);
  const tag = bytes.subarray(DAY_LENGTH + IV_BYTES, DAY_LENGTH + IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(bindingOf(clientId, query)).setAuthTag(tag);
    const text = Buffer.concat([decipher.update(bytes.subarray(DAY_LENGTH + IV_BYTES + TAG_BYTES)), decipher.final()]);
    const [sortValue, id, expiresAt] = JSON.parse(text.toString("utf8")) as [string, string, number];
    return expiresAt > Date.now() ? { sortValue, id } : undefined;
  } catch {
    // The only way to fail here is a tag that does not fit: another key, client or query, or altered bytes.
    return undefined;
  }
}

/** A day whose cursors can still be good; anything else is not looked up. A day either side allows for clocks. */
function isRecent(day: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Math.abs(Date.now() - time) <= 2 * VALID_FOR_MS;
}
