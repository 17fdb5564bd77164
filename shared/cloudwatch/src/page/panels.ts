/** Widgets that are no plots: texts, states of alarms, queries of logs. */
import type { AlarmWidget, LogWidget, TextWidget } from "../dashboard-body.ts";
import type { Frame } from "./plot.ts";
import { text, wrapped } from "./text.ts";

const LINE_PX = 17;
/** Average width of a character: of a running text, and of code. */
const CHARACTER_PX = 6.2;
const CODE_CHARACTER_PX = 6.7;

/** The little of Markdown that our headings use. */
export function textPanel({ properties }: TextWidget, { width }: Frame): string {
  let y = 10;
  return properties.markdown
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("# ")) return [text(12, (y += 20), line.slice(2), "heading")];
      return wrapped(line, (width - 24) / CHARACTER_PX).map((part) => text(12, (y += LINE_PX), part, "words"));
    })
    .join("\n");
}

const CHIPS_A_ROW = 6;

export function alarmPanel({ properties }: AlarmWidget, { width }: Frame): string {
  const chip = (width - 24) / CHIPS_A_ROW;
  return [
    text(12, 20, properties.title, "title"),
    ...properties.alarms.map((arn, at) => {
      const x = Math.round(12 + (at % CHIPS_A_ROW) * chip);
      const y = 34 + Math.floor(at / CHIPS_A_ROW) * 32;
      const name = (arn.split(":alarm:")[1] ?? arn).replace(/^srs-[a-z0-9]+-/, "");
      return (
        `<rect class="chip" x="${x}" y="${y}" width="${Math.round(chip - 8)}" height="25" rx="4"/>` +
        `<circle cx="${x + 12}" cy="${y + 12.5}" r="4" fill="#3d9a50"/>` +
        text(x + 23, y + 16.5, name, "chip-name")
      );
    }),
  ].join("\n");
}

/** A query's words, as nobody knows here what it would find. */
export function logPanel({ properties }: LogWidget, { width }: Frame): string {
  let y = 24;
  const parts = properties.query.split(" | ").flatMap((part, at) => {
    const lines = wrapped(at === 0 ? part : `| ${part}`, (width - 36) / CODE_CHARACTER_PX);
    return lines.map((line, index) => text(index === 0 ? 12 : 28, (y += LINE_PX), line, "code"));
  });
  return [text(12, 20, properties.title, "title"), ...parts].join("\n");
}
