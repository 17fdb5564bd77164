/** Which process is at the other end of a connection on this machine. Everything runs on loopback, so the address says nothing. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";

export interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * The inode of the other end's socket, from the kernel's table of connections. Undefined when that end is closed:
 * nobody is there to be answered.
 */
export async function peerInode(ends: Ends): Promise<string | undefined> {
  const { remoteAddress, remotePort, localAddress, localPort } = ends;
  if (remoteAddress === undefined || remotePort === undefined || localAddress === undefined || localPort === undefined)
    return undefined;
  const [near, far] = [inTable(remoteAddress, remotePort), inTable(localAddress, localPort)];
  return (
    inodeIn(await tcp.next(), ` ${near} ${far} `) ??
    // A client whose socket is of the other family, as Java's are.
    inodeIn(await tcp6.next(), ` ${MAPPED}${near} ${MAPPED}${far} `)
  );
}

/**
 * The kernel takes milliseconds to print the table, however few connections there are. So it is read beside the event
 * loop, and whoever asks while a reading is under way shares the one that follows it.
 */
class Table {
  readonly #file: string;
  #current: Promise<string> | undefined;
  #following: Promise<string> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** As it is now, or a moment later. */
  next(): Promise<string> {
    if (this.#current === undefined) return this.#read();
    this.#following ??= this.#current.then(
      () => this.#read(),
      () => this.#read(),
    );
    return this.#following;
  }

  #read(): Promise<string> {
    this.#following = undefined;
    const current = readFile(this.#file, "latin1").finally(() => {
      if (this.#current === current) this.#current = undefined;
    });
    this.#current = current;
    return current;
  }
}

const tcp = new Table("/proc/net/tcp");
const tcp6 = new Table("/proc/net/tcp6");

const MAPPED = "0000000000000000FFFF0000";

/** `127.0.0.1:8080` as `0100007F:1F90`: the kernel prints the address as a number of this machine's byte order. */
function inTable(address: string, port: number): string {
  const bytes = address
    .replace(/^::ffff:/, "")
    .split(".")
    .map((octet) => hex(Number(octet), 2));
  return `${bytes.toReversed().join("")}:${hex(port, 4)}`;
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");

function inodeIn(text: string, ends: string): string | undefined {
  const at = text.indexOf(ends);
  if (at < 0) return undefined;
  const fields = text.slice(at + 1, text.indexOf("\n", at)).split(/ +/);
  const inode = fields[8];
  return inode === "0" ? undefined : inode;
}

/** Whether a process, or one that it started, has the socket open. */
export function holdsSocket(pid: number, inode: string): boolean {
  return hasOpen(pid, `socket:[${inode}]`) || childrenOf(pid).some((child) => holdsSocket(child, inode));
}

function hasOpen(pid: number, link: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readOr(() => readdirSync(folder), []).some((fd) => readOr(() => readlinkSync(`${folder}/${fd}`), "") === link);
}

function childrenOf(pid: number): readonly number[] {
  const threads = readOr(() => readdirSync(`/proc/${pid}/task`), []);
  return threads.flatMap((thread) =>
    readOr(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1"), "")
      .split(" ")
      .filter((text) => text !== "")
      .map(Number),
  );
}

/** What is asked about may end while it is looked at. */
function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
