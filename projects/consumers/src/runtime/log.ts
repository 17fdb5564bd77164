/** One JSON line, as Lambda's log format wants it. Counts, ids of requests and technical reasons only: never an event, never a student. */
export function log(level: "INFO" | "ERROR", message: string, facts: object): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...facts })}\n`);
}
