/** EventBridge's schedule expressions. @returns what is wrong, or undefined */
export function scheduleFault(expression: string): string | undefined {
  const rate = /^rate\((\d+) (minutes?|hours?|days?)\)$/.exec(expression);
  if (rate !== null) {
    const [, amount, unit = ""] = rate;
    if (Number(amount) < 1) return "a rate is at least 1";
    if ((Number(amount) === 1) === unit.endsWith("s"))
      return `"${unit}" does not agree with ${amount}: write rate(1 ${unit.replace(/s$/, "")}) or rate(5 ${unit.replace(/s?$/, "s")})`;
    return undefined;
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron === null) return "it is neither rate(...) nor cron(...)";
  const fields = (cron[1] ?? "").split(" ");
  if (fields.length !== 6)
    return `a cron expression has six fields (minutes hours day-of-month month day-of-week year), not ${fields.length}`;
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  const ranges: readonly [string, string, number, number][] = [
    ["minutes", minutes, 0, 59],
    ["hours", hours, 0, 23],
    ["day-of-month", dayOfMonth, 1, 31],
    ["month", month, 1, 12],
    ["day-of-week", dayOfWeek, 1, 7],
    ["year", year, 1970, 2199],
  ];
  for (const [name, field, min, max] of ranges) {
    if (!fieldFits(name, field, min, max)) return `${name} "${field}" is not possible (${min} to ${max})`;
  }
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return "exactly one of day-of-month and day-of-week is ?";
  return undefined;
}

function fieldFits(name: string, field: string, min: number, max: number): boolean {
  if (field === "?") return name.startsWith("day");
  return field.split(",").every((part) => {
    if (name === "month" && /^(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(-[A-Z]{3})?$/.test(part)) return true;
    if (
      name === "day-of-week" &&
      /^(SUN|MON|TUE|WED|THU|FRI|SAT)(-(SUN|MON|TUE|WED|THU|FRI|SAT))?(#[1-5])?$/.test(part)
    )
      return true;
    if (name === "day-of-month" && /^(L|LW|\d{1,2}W)$/.test(part)) return true;
    if (name === "day-of-week" && /^([1-7]?L|[1-7]#[1-5])$/.test(part)) return true;
    const numbers = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (numbers === null) return false;
    return numbers
      .slice(1, 3)
      .every((number) => number === undefined || (Number(number) >= min && Number(number) <= max));
  });
}
