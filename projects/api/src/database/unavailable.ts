/** Tells a database that cannot answer now from a statement that is wrong: 503 for the one, 500 for the other. */
import { codeOf } from "./connect.ts";
import { CommitFailed } from "./transactions.ts";

/** Classes of SQLSTATE: connection exception, insufficient resources, operator intervention, login. */
const CLASSES = ["08", "53", "57", "28"];
/** Read-only (a writer that has just become a reader), and losers of a conflict that may try again. */
const STATES = ["25006", "40001", "40P01", "55P03"];
const SYSTEM = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN"];
/** The driver reports these without a code. */
const MESSAGES = [
  ...["Connection terminated", "Query read timeout", "timeout exceeded when trying to connect", "timeout expired"],
  ...["Client has encountered a connection error", "Client was closed", "Cannot use a pool after calling end"],
];

export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof CommitFailed) return true;
  const code = codeOf(error);
  if (code !== "")
    return (
      CLASSES.some((prefix) => /^[0-9A-Z]{5}$/.test(code) && code.startsWith(prefix)) ||
      [...STATES, ...SYSTEM].includes(code)
    );
  return error instanceof Error && MESSAGES.some((message) => error.message.startsWith(message));
}
