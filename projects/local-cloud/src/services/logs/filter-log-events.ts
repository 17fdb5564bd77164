import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ApiHandler, Cloud } from "../../cloud.ts";
import { maskOf } from "./data-protection.ts";
import { LOG_GROUP } from "./log-group.ts";
import { filesOf } from "./log-files.ts";

interface Request {
  readonly logGroupName?: string;
  readonly filterPattern?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit?: number;
  /** Shows what is masked to callers who may `logs:Unmask`. */
  readonly unmask?: boolean;
}
interface Event {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly message: string;
  readonly eventId: string;
}

/** CloudWatch Logs returns at most this many events a call. */
const EVENTS_MAX = 10_000;
const JSON_HEADERS = { "content-type": "application/x-amz-json-1.1" };

/**
 * `FilterLogEvents` over the files that stand for the group; every other call goes to moto. What the group's data
 * protection policy finds is masked before anybody, filters included, sees it.
 */
export function filterLogEvents(cloud: Cloud): ApiHandler {
  return async ({ action, body }) => {
    if (action !== "FilterLogEvents") return undefined;
    const request = JSON.parse(body.toString("utf8")) as Request;
    const { logGroupName = "" } = request;
    if (!cloud.account.byId(LOG_GROUP, logGroupName)) {
      return refusal("ResourceNotFoundException", "The specified log group does not exist.");
    }
    const term = termOf(request.filterPattern);
    if (term === undefined) {
      return refusal(
        "InvalidParameterException",
        'The local cloud matches one quoted term, for instance "\\"text\\"".',
      );
    }
    const mask = request.unmask === true ? (text: string) => text : maskOf(cloud, logGroupName);
    const events = filesOf(cloud, logGroupName)
      .flatMap(eventsOf)
      .map((event) => ({ ...event, message: mask(event.message) }))
      .filter(({ timestamp, message }) => inside(timestamp, request) && message.includes(term))
      .toSorted((a, b) => a.timestamp - b.timestamp)
      .slice(0, Math.min(request.limit ?? EVENTS_MAX, EVENTS_MAX));
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ events, searchedLogStreams: [] }) };
  };
}

function inside(timestamp: number, { startTime = 0, endTime = Infinity }: Request): boolean {
  return timestamp >= startTime && timestamp <= endTime;
}

/** The text of a pattern of one quoted term; empty for no pattern; undefined for what is not supported. */
function termOf(pattern: string | undefined): string | undefined {
  if (!pattern) return "";
  return /^"([^"]*)"$/.exec(pattern)?.[1] ?? /^([A-Za-z0-9_-]+)$/.exec(pattern)?.[1];
}

function eventsOf(file: string): readonly Event[] {
  const logStreamName = basename(file, ".log");
  let lastMs = 0;
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((message, index) => {
      lastMs = timeOf(message) ?? lastMs;
      return { logStreamName, timestamp: lastMs, message, eventId: `${logStreamName}-${index}` };
    });
}

/** Milliseconds since 1970 of a JSON line's own time; undefined for a line that has none (it then belongs to the one before). */
function timeOf(line: string): number | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { time, timestamp } = JSON.parse(line) as { time?: number | string; timestamp?: number | string };
    const ms = new Date(time ?? timestamp ?? Number.NaN).getTime();
    return Number.isNaN(ms) ? undefined : ms;
  } catch {
    return undefined; // a line cut short by the end of its writer
  }
}

function refusal(type: string, message: string) {
  return { status: 400, headers: JSON_HEADERS, body: JSON.stringify({ __type: type, message }) };
}
