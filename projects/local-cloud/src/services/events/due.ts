/** Whether a schedule runs in a given minute. Expressions are valid ones: `scheduleFault` has seen them. */
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MINUTES_OF = { minute: 1, hour: 60, day: 1_440 } as const;
const MINUTE_MS = 60_000;

/** @param at its seconds do not count: schedules run by the minute, in UTC. Rates are counted from the epoch. */
export function isDue(expression: string, at: Date): boolean {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const every = Number(rate[1]) * MINUTES_OF[rate[2] as keyof typeof MINUTES_OF];
    return Math.floor(at.getTime() / MINUTE_MS) % every === 0;
  }
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  return (
    includes(minutes, at.getUTCMinutes(), 0) &&
    includes(hours, at.getUTCHours(), 0) &&
    includes(named(month, MONTHS), at.getUTCMonth() + 1, 1) &&
    includes(year, at.getUTCFullYear(), 1970) &&
    (dayOfMonth === "?"
      ? dayOfWeek.split(",").some((part) => isDayOfWeek(named(part, DAYS), at))
      : dayOfMonth.split(",").some((part) => isDayOfMonth(part, at)))
  );
}

/** Names become the numbers they stand for; the first is 1. */
function named(field: string, names: readonly string[]): string {
  return field.replace(/[A-Z]{3}/g, (name) => String(names.indexOf(name) + 1));
}

function includes(field: string, value: number, first: number): boolean {
  return field.split(",").some((part) => {
    const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    const low = from === undefined ? first : Number(from);
    // A single number with a step goes on from there; without one it is that number alone.
    const high = to !== undefined ? Number(to) : from !== undefined && step === undefined ? low : Infinity;
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
  });
}

function isDayOfMonth(part: string, at: Date): boolean {
  const day = at.getUTCDate();
  if (part === "L") return day === lastOf(at);
  if (part === "LW") return day === nearestWeekday(at, lastOf(at));
  const [, weekday] = /^(\d{1,2})W$/.exec(part) ?? [];
  return weekday === undefined ? includes(part, day, 1) : day === nearestWeekday(at, Number(weekday));
}

function isDayOfWeek(part: string, at: Date): boolean {
  const day = at.getUTCDay() + 1;
  const [, nthDay, nth] = /^(\d)#(\d)$/.exec(part) ?? [];
  if (nth !== undefined) return day === Number(nthDay) && Math.ceil(at.getUTCDate() / 7) === Number(nth);
  const [, lastDay] = /^(\d?)L$/.exec(part) ?? [];
  if (lastDay === "") return day === 7;
  if (lastDay !== undefined) return day === Number(lastDay) && at.getUTCDate() > lastOf(at) - 7;
  return includes(part, day, 1);
}

const lastOf = (at: Date): number => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();

/** The weekday nearest to a day, without leaving its month. */
function nearestWeekday(at: Date, wanted: number): number {
  const last = lastOf(at);
  const day = Math.min(wanted, last);
  const weekday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
}

/** How long until the next minute begins. */
export function untilNextMinuteMs(nowMs: number): number {
  return MINUTE_MS - (nowMs % MINUTE_MS);
}
