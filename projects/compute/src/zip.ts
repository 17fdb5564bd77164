/** A zip archive in memory. The same files make the same bytes: no times, and names in alphabetical order. */
import { crc32, deflateRawSync } from "node:zlib";

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const VERSION = 20;
const NAMES_ARE_UTF8 = 0x0800;
const DEFLATED = 8;
/** The first day that the format can write: 1 January 1980. */
const DATE = 0x0021;
/** Made on Unix, a plain file that everybody may read. */
const MADE_BY = (3 << 8) | VERSION;
const MODE = 0o100644 * 0x10000;

/** @param files  content by name; folders are part of the name, with slashes */
export function zipOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const name of Object.keys(files).toSorted()) {
    const content = files[name]!;
    const packed = deflateRawSync(content, { level: 9 });
    const nameBytes = Buffer.from(name, "utf8");
    const shared = sharedFields(content, packed, nameBytes);
    const entry = Buffer.concat([u32(LOCAL_HEADER), shared, u16(0), nameBytes, packed]);
    directory.push(
      ...[u32(CENTRAL_HEADER), u16(MADE_BY), shared, u16(0), u16(0), u16(0), u16(0), u32(MODE), u32(offset), nameBytes],
    );
    entries.push(entry);
    offset += entry.length;
  }
  const central = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(END_RECORD), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)];
  return Buffer.concat([...entries, central, ...end]);
}

/** From the version up to the length of the name: the same before an entry and in the directory. */
function sharedFields(content: Buffer, packed: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    ...[u16(VERSION), u16(NAMES_ARE_UTF8), u16(DEFLATED), u16(0), u16(DATE), u32(crc32(content))],
    ...[u32(packed.length), u32(content.length), u16(name.length)],
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
