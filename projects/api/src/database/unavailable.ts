/** Tells a database that cannot answer now from a statement that is wrong: 503 for the one, 500 for the other. */
import { codeOf } from "./connect.ts";

/** COMMIT was sent and not confirmed: whether the change exists is not known. Every other error means that it does not. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super("The commit was not confirmed", { cause });
    this.name = "CommitFailed";
  }
}

/** Beginnings of SQLSTATE: connection exception, and a server that shuts down or starts. */
const LOST_STATES = ["08", "57P"];
/** Insufficient resources, login, cancelled, read-only (a writer just became a reader), losers of a conflict. */
const STATES = ["53", "28", "57014", "25006", "40001", "40P01", "55P03"];
const SYSTEM = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN"];
/** The driver reports these without a code. */
const LOST = ["Connection terminated", "Client has encountered a connection error", "Client was closed"];
const TOO_SLOW = ["Query read timeout", "timeout exceeded when trying to connect", "timeout expired"];

export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof CommitFailed) return true;
  const code = codeOf(error);
  if (code !== "") return isConnectionLost(error) || isState(code, STATES);
  return isConnectionLost(error) || says(error, TOO_SLOW);
}

/** The connection is gone, and what was asked on it may be asked on another at once. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return code === "" ? says(error, LOST) : isState(code, LOST_STATES) || SYSTEM.includes(code);
}

function isState(code: string, beginnings: readonly string[]): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && beginnings.some((beginning) => code.startsWith(beginning));
}

function says(error: unknown, messages: readonly string[]): boolean {
  return error instanceof Error && messages.some((message) => error.message.startsWith(message));
}
