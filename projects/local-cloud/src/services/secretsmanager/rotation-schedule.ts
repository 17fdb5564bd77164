/**
 * When a secret rotates (Secrets Manager user guide, "Schedule expressions"; API reference, `RotationRulesType`).
 * Everything is in UTC and no finer than an hour. Pure.
 */
export interface RotationRules {
  readonly automaticallyAfterDays?: number;
  readonly duration?: string;
  readonly scheduleExpression?: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS_MAX = 1_000;
/** "You can rotate a secret as often as every four hours." */
const HOURS_MIN = 4;
/** A cron expression that has no date in so many years has none at all. */
const YEARS_AHEAD = 5;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

type Schedule = { readonly everyMs: number } | { readonly matches: (at: Date) => boolean };

/** @returns what Secrets Manager would refuse, or undefined */
export function rotationRulesFault(rules: RotationRules): string | undefined {
  const { automaticallyAfterDays: days, duration, scheduleExpression } = rules;
  if ((days === undefined) === (scheduleExpression === undefined))
    return "give automaticallyAfterDays or scheduleExpression, and not both";
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= DAYS_MAX))
    return `automaticallyAfterDays is 1 to ${DAYS_MAX}, not ${days}`;
  const hours = /^(\d{1,2})h$/.exec(duration ?? "1h")?.[1];
  if (hours === undefined || Number(hours) < 1 || Number(hours) > 24) return `duration is 1h to 24h, not "${duration}"`;
  const schedule = scheduleOf(rules);
  if (typeof schedule === "string") return schedule;
  const [, firstHour] = /^cron\(0 (\d+) /.exec(scheduleExpression ?? "") ?? [];
  const startsAt = firstHour === undefined ? 0 : Number(firstHour);
  if (duration !== undefined && startsAt + Number(hours) > 24)
    return `a window of ${duration} from ${startsAt}:00 would extend into the next UTC day`;
  return nextRotationAt(rules, new Date(0)) === undefined ? `"${scheduleExpression}" never comes` : undefined;
}

/** Start of the first window after a moment; undefined when there is none. */
export function nextRotationAt(rules: RotationRules, after: Date): Date | undefined {
  const schedule = scheduleOf(rules);
  if (typeof schedule === "string") return undefined;
  if ("everyMs" in schedule) {
    // Windows of days begin at midnight, windows of hours on the hour.
    const unitMs = schedule.everyMs % DAY_MS === 0 ? DAY_MS : HOUR_MS;
    return new Date(floor(after.getTime(), unitMs) + schedule.everyMs);
  }
  const from = floor(after.getTime(), HOUR_MS);
  for (let at = from + HOUR_MS; at < from + YEARS_AHEAD * 366 * DAY_MS; at += HOUR_MS) {
    if (schedule.matches(new Date(at))) return new Date(at);
  }
  return undefined;
}

const floor = (ms: number, unitMs: number): number => Math.floor(ms / unitMs) * unitMs;

function scheduleOf({ automaticallyAfterDays: days, scheduleExpression = "" }: RotationRules): Schedule | string {
  if (days !== undefined) return { everyMs: days * DAY_MS };
  const [, amountText, unit = ""] = /^rate\((\d+) (hours?|days?)\)$/.exec(scheduleExpression) ?? [];
  if (amountText !== undefined) {
    const amount = Number(amountText);
    if ((amount === 1) === unit.endsWith("s")) return `"${unit}" does not agree with ${amount}`;
    const everyMs = amount * (unit.startsWith("hour") ? HOUR_MS : DAY_MS);
    if (everyMs < HOURS_MIN * HOUR_MS || everyMs > DAYS_MAX * DAY_MS)
      return `a secret rotates every ${HOURS_MIN} hours at the most often, and every ${DAYS_MAX} days at the least`;
    return { everyMs };
  }
  const cron = /^cron\((.*)\)$/.exec(scheduleExpression)?.[1]?.split(" ");
  return cron === undefined ? `"${scheduleExpression}" is neither rate(...) nor cron(...)` : cronSchedule(cron);
}

function cronSchedule(fields: readonly string[]): Schedule | string {
  if (fields.length !== 6)
    return `a cron expression has six fields (minutes hours day-of-month month day-of-week year), not ${fields.length}`;
  const [minutes, hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year] = fields;
  if (minutes !== "0") return `minutes must be 0, not ${minutes}: windows begin on the hour`;
  if (year !== "*") return `year must be *, not ${year}`;
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return "exactly one of day-of-month and day-of-week is ?";
  const inHours = values(hours, 0, 23, []);
  const inMonths = values(month, 1, 12, MONTHS);
  const onDates = dayOfMonth === "?" || dayOfMonth === "L" ? new Set<number>() : values(dayOfMonth, 1, 31, []);
  const onWeekdays = dayOfWeek === "?" ? new Set<number>() : values(dayOfWeek, 1, 7, WEEKDAYS);
  const read = [inHours, inMonths, onDates, onWeekdays];
  const strange = [hours, month, dayOfMonth, dayOfWeek].find((_, index) => read[index] === undefined);
  if (strange !== undefined)
    return `"${strange}" is not possible there (the local cloud reads numbers, names, lists, ranges, steps and L)`;
  const onDay = (at: Date): boolean => {
    if (dayOfMonth === "L") return new Date(at.getTime() + DAY_MS).getUTCDate() === 1;
    return dayOfMonth === "?" ? onWeekdays!.has(at.getUTCDay() + 1) : onDates!.has(at.getUTCDate());
  };
  return { matches: (at) => inHours!.has(at.getUTCHours()) && inMonths!.has(at.getUTCMonth() + 1) && onDay(at) };
}

/** The numbers that a field stands for; undefined when it cannot be read. Names count from `min`. */
function values(field: string, min: number, max: number, names: readonly string[]): Set<number> | undefined {
  const found = new Set<number>();
  const number = (text: string): number => (names.includes(text) ? names.indexOf(text) + min : Number(text));
  for (const part of field.split(",")) {
    const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === "*" ? min : number(from);
    const last = to !== undefined ? number(to) : from === "*" || step !== undefined ? max : first;
    const by = step === undefined ? 1 : Number(step);
    const possible = from !== "" && first >= min && last <= max && first <= last && by >= 1;
    if (!possible) return undefined;
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return found;
}
