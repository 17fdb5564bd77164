/** The few messages of the PostgreSQL protocol (version 3) that stand before a session begins. */
import type { Duplex } from "node:stream";

export const SSL_REQUEST = 80877103;
export const GSSENC_REQUEST = 80877104;
export const CANCEL_REQUEST = 80877102;
const PROTOCOL_MAJOR = 3;

/** Longest start packet PostgreSQL itself accepts. */
const START_PACKET_BYTES_MAX = 10_000;
/** An IAM token is about 1,500 bytes; PostgreSQL takes passwords up to this size. */
const PASSWORD_BYTES_MAX = 65_535;

/** The packet that opens a connection: a request code, or a protocol version with parameters. */
export interface StartPacket {
  readonly code: number;
  /** The packet as it came, length included, to pass it on unchanged. */
  readonly bytes: Buffer;
}

/** Who wants to talk to which database. */
export interface Startup {
  readonly user: string;
  readonly database: string;
  readonly bytes: Buffer;
}

/** A refusal in PostgreSQL's own form. */
export class PostgresRefusal extends Error {
  readonly sqlState: string;

  constructor(sqlState: string, message: string) {
    super(message);
    this.sqlState = sqlState;
  }
}

/** Reads exactly `length` bytes, leaving the rest in the stream. */
export async function readExactly(stream: Duplex, length: number): Promise<Buffer> {
  for (;;) {
    const chunk = stream.read(length) as Buffer | null;
    if (chunk !== null) {
      if (chunk.length < length) throw new Error("The client left before it had said who it is.");
      return chunk;
    }
    if (stream.readableEnded || stream.destroyed) throw new Error("The client left before it had said who it is.");
    await readable(stream);
  }
}

function readable(stream: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      stream.off("readable", onReadable).off("end", onReadable).off("close", onReadable).off("error", settle);
      if (error) reject(error);
      else resolve();
    };
    const onReadable = (): void => settle();
    stream.on("readable", onReadable).on("end", onReadable).on("close", onReadable).on("error", settle);
  });
}

export async function readStartPacket(stream: Duplex): Promise<StartPacket> {
  const head = await readExactly(stream, 8);
  const length = head.readInt32BE(0);
  if (length < 8 || length > START_PACKET_BYTES_MAX) {
    throw new PostgresRefusal("08P01", "invalid length of startup packet");
  }
  const rest = length > 8 ? await readExactly(stream, length - 8) : Buffer.alloc(0);
  return { code: head.readInt32BE(4), bytes: Buffer.concat([head, rest]) };
}

/** @throws {PostgresRefusal} another protocol version, or no user name */
export function parseStartup(packet: StartPacket): Startup {
  if (packet.code >> 16 !== PROTOCOL_MAJOR) {
    throw new PostgresRefusal("0A000", "unsupported frontend protocol: server supports 3.0");
  }
  const fields = packet.bytes.subarray(8).toString("utf8").split("\0");
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length && fields[index] !== ""; index += 2) {
    parameters.set(fields[index]!, fields[index + 1]!);
  }
  const user = parameters.get("user");
  if (!user) throw new PostgresRefusal("28000", "no PostgreSQL user name specified in startup packet");
  // An empty name counts as none, as it does for PostgreSQL.
  const database = parameters.get("database");
  return { user, database: database === undefined || database === "" ? user : database, bytes: packet.bytes };
}

/** Asks for the password in clear, inside TLS: the way an IAM token travels. */
export function askForClearPassword(): Buffer {
  const message = Buffer.alloc(9);
  message.write("R", 0);
  message.writeInt32BE(8, 1);
  message.writeInt32BE(3, 5);
  return message;
}

export async function readPassword(stream: Duplex): Promise<string> {
  const head = await readExactly(stream, 5);
  const length = head.readInt32BE(1);
  if (head.toString("latin1", 0, 1) !== "p" || length < 5 || length > PASSWORD_BYTES_MAX) {
    throw new PostgresRefusal("08P01", "expected password response");
  }
  const body = await readExactly(stream, length - 4);
  return body.toString("utf8", 0, body.length - 1);
}

export function errorResponse(refusal: PostgresRefusal): Buffer {
  const fields = `SFATAL\0VFATAL\0C${refusal.sqlState}\0M${refusal.message}\0\0`;
  const body = Buffer.from(fields, "utf8");
  const message = Buffer.alloc(5 + body.length);
  message.write("E", 0);
  message.writeInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  return message;
}
