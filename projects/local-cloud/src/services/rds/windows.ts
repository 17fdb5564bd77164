/** Backup and maintenance windows: their form, their least length, and that they do not overlap. */
import { known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const WINDOW_MINUTES_MIN = 30;

/** Minutes from the start of the week, or of the day for a daily window. */
interface Window {
  readonly start: number;
  readonly length: number;
}

export function parseDailyWindow(text: string): Window | undefined {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!parts) return undefined;
  const start = Number(parts[1]) * 60 + Number(parts[2]);
  const end = Number(parts[3]) * 60 + Number(parts[4]);
  return { start, length: (end - start + DAY_MINUTES) % DAY_MINUTES };
}

export function parseWeeklyWindow(text: string): Window | undefined {
  const parts = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)-([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/.exec(text.toLowerCase());
  if (!parts) return undefined;
  const [from, to] = [DAYS.indexOf(parts[1]!), DAYS.indexOf(parts[4]!)];
  if (from < 0 || to < 0) return undefined;
  const start = from * DAY_MINUTES + Number(parts[2]) * 60 + Number(parts[3]);
  const end = to * DAY_MINUTES + Number(parts[5]) * 60 + Number(parts[6]);
  return { start, length: (end - start + WEEK_MINUTES) % WEEK_MINUTES };
}

/** True when some minute of the week lies in both. */
export function overlap(daily: Window, weekly: Window): boolean {
  return DAYS.some((_, day) => {
    const distance = (weekly.start - (day * DAY_MINUTES + daily.start) + WEEK_MINUTES) % WEEK_MINUTES;
    return distance < daily.length || WEEK_MINUTES - distance < weekly.length;
  });
}

export function windowFaults(inputs: Properties, refuse: (property: string, reason: string) => void): void {
  const { preferredBackupWindow, preferredMaintenanceWindow } = inputs;
  const daily = known(preferredBackupWindow) ? parseDailyWindow(String(preferredBackupWindow)) : undefined;
  const weekly = known(preferredMaintenanceWindow) ? parseWeeklyWindow(String(preferredMaintenanceWindow)) : undefined;
  if (known(preferredBackupWindow) && !(daily && daily.length >= WINDOW_MINUTES_MIN)) {
    refuse(
      "preferredBackupWindow",
      `InvalidParameterValue: Invalid backup window ${String(preferredBackupWindow)}: hh24:mi-hh24:mi in UTC, at least 30 minutes.`,
    );
  }
  if (known(preferredMaintenanceWindow) && !(weekly && weekly.length >= WINDOW_MINUTES_MIN)) {
    refuse(
      "preferredMaintenanceWindow",
      `InvalidParameterValue: Invalid maintenance window ${String(preferredMaintenanceWindow)}: ddd:hh24:mi-ddd:hh24:mi in UTC, at least 30 minutes.`,
    );
  }
  if (daily && weekly && overlap(daily, weekly)) {
    refuse(
      "preferredBackupWindow",
      "InvalidParameterValue: The backup window and maintenance window must not overlap.",
    );
  }
}
