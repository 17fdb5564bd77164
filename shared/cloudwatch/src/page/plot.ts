/** A metric widget as a picture: lines or stacked areas over time, with the limits that alarms watch drawn across. */
import type { HorizontalAnnotation, MetricWidget } from "../dashboard-body.ts";
import type { Series } from "../metric-math/evaluate.ts";
import { linesOf, type PlottedLine, type Shown } from "./lines.ts";
import { scaleOf, shortNumber, type Scale } from "./scale.ts";
import { text } from "./text.ts";

export interface Frame extends Shown {
  readonly width: number;
  readonly height: number;
}

/** Told apart by people who do not see red and green alike; the limits' red is not among them. */
export const COLORS = ["#2f6fb5", "#e08a1e", "#4d9c8c", "#8a5fb0", "#7a7a7a", "#b5651d", "#3aa0c9", "#6b8e23"];
const LIMIT = "#c4341c";
const TITLE_PX = 30;
const LEGEND_ROW_PX = 16;
const LEFT_PX = 46;
const RIGHT_PX = 14;
const AXIS_PX = 20;
const CHARACTER_PX = 6.1;

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function plot(widget: MetricWidget, frame: Frame): string {
  const { width, height, minutes } = frame;
  const { title, yAxis, annotations, stacked = false } = widget.properties;
  const limits = annotations?.horizontal ?? [];
  const lines = stacked ? stackedUp(linesOf(widget, frame)) : linesOf(widget, frame);
  const legend = legendRows(lines, width);
  const area: Area = {
    left: LEFT_PX,
    right: width - RIGHT_PX,
    top: TITLE_PX + 6,
    bottom: height - AXIS_PX - legend.length * LEGEND_ROW_PX - 4,
  };
  const values = lines.flatMap(({ points }) => points.filter((point) => point !== undefined));
  const scale = scaleOf([...values, ...limits.map(({ value }) => value)], yAxis?.left);
  return [
    text(12, 20, title, "title"),
    ...limits.map((limit) => limitFill(limit, area, scale)),
    ...scale.ticks.map((tick) => grid(tick, area, scale)),
    timeAxis(area, minutes),
    ...lines.map((line, at) =>
      curve(line, at, {
        area,
        scale,
        below: stacked ? (lines[at - 1]?.points ?? line.points.map(() => 0)) : undefined,
      }),
    ),
    ...limits.map((limit) => limitLine(limit, area, scale)),
    ...legend.flatMap((row, index) => legendRow(row, area.bottom + AXIS_PX + 14 + index * LEGEND_ROW_PX)),
  ].join("\n");
}

/** The newest value, large, with its way there below. */
export function singleValue(widget: MetricWidget, frame: Frame): string {
  const { width, height } = frame;
  const [line] = linesOf(widget, frame);
  const points = line?.points ?? [];
  const value = points.findLast((point) => point !== undefined);
  const scale = scaleOf(points.filter((point) => point !== undefined));
  const area: Area = { left: 8, right: width - 8, top: height - 34, bottom: height - 8 };
  return [
    text(12, 20, widget.properties.title, "title"),
    text(12, 62, value === undefined ? "no data" : shortNumber(value), "number"),
    `<path class="line faint" stroke="${COLORS[0]}" d="${pathOf(points, area, scale)}"/>`,
  ].join("\n");
}

function stackedUp(lines: readonly PlottedLine[]): readonly PlottedLine[] {
  let below: Series = [];
  return lines.map(({ label, points }) => {
    below = points.map((point, at) => (point ?? 0) + (below[at] ?? 0));
    return { label, points: below };
  });
}

function grid(tick: number, { left, right, top, bottom }: Area, scale: Scale): string {
  const y = round(bottom - scale.at(tick) * (bottom - top));
  return `<path class="grid" d="M${left} ${y}H${right}"/>` + text(left - 6, y + 3.5, shortNumber(tick), "tick end");
}

function timeAxis({ left, right, bottom }: Area, minutes: number): string {
  const steps = 4;
  return Array.from({ length: steps + 1 }, (_, index) => {
    const x = round(left + ((right - left) * index) / steps);
    const before = Math.round(minutes - (minutes * index) / steps);
    const label = before === 0 ? "now" : before >= 60 ? `−${shortNumber(before / 60)} h` : `−${before} min`;
    const anchor = index === 0 ? "start" : index === steps ? "end" : "middle";
    return text(x, bottom + 14, label, `tick ${anchor}`);
  }).join("");
}

interface Drawing {
  readonly area: Area;
  readonly scale: Scale;
  /** Of stacked areas: the one below. */
  readonly below?: Series | undefined;
}

function curve({ points }: PlottedLine, at: number, { area, scale, below }: Drawing): string {
  const color = colorOf(at);
  const line = `<path class="line" stroke="${color}" d="${pathOf(points, area, scale)}"/>`;
  return below === undefined
    ? line
    : `<path class="area" fill="${color}" d="${areaOf(points, below, area, scale)}"/>${line}`;
}

/** Gaps stay gaps. */
function pathOf(points: Series, area: Area, scale: Scale): string {
  let pen = "M";
  return points
    .map((point, at) => {
      if (point === undefined) {
        pen = "M";
        return "";
      }
      const command = `${pen}${placeOf(at, point, points.length, area, scale)}`;
      pen = "L";
      return command;
    })
    .join("");
}

function areaOf(points: Series, below: Series, area: Area, scale: Scale): string {
  const back = below.map((point, at) => `L${placeOf(at, point ?? 0, points.length, area, scale)}`).toReversed();
  return `${pathOf(points, area, scale)}${back.join("")}Z`;
}

function placeOf(at: number, value: number, count: number, { left, right, top, bottom }: Area, scale: Scale): string {
  const x = left + ((right - left) * at) / (count - 1);
  const y = bottom - Math.min(1, Math.max(0, scale.at(value))) * (bottom - top);
  return `${round(x)} ${round(y)}`;
}

function limitFill({ value, fill }: HorizontalAnnotation, { left, right, top, bottom }: Area, scale: Scale): string {
  if (fill === undefined) return "";
  const y = round(bottom - scale.at(value) * (bottom - top));
  const [from, to] = fill === "below" ? [y, bottom] : [top, y];
  return `<rect class="beyond" x="${left}" y="${from}" width="${round(right - left)}" height="${round(to - from)}"/>`;
}

function limitLine({ value, label }: HorizontalAnnotation, { left, right, top, bottom }: Area, scale: Scale): string {
  const y = round(bottom - scale.at(value) * (bottom - top));
  // Above its line, unless that is where the frame is.
  const baseline = y - top < 14 ? y + 11 : y - 4;
  return (
    `<path class="limit" stroke="${LIMIT}" d="M${left} ${y}H${right}"/>` +
    text(right - 4, baseline, `${label ?? ""} ${shortNumber(value)}`.trim(), "limit-label end")
  );
}

interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly x: number;
}

function legendRows(lines: readonly PlottedLine[], width: number): readonly (readonly LegendEntry[])[] {
  const rows: LegendEntry[][] = [];
  let x = Infinity;
  for (const [at, { label }] of lines.entries()) {
    const needed = 22 + label.length * CHARACTER_PX;
    if (x + needed > width - RIGHT_PX) {
      rows.push([]);
      x = 14;
    }
    rows.at(-1)!.push({ label, color: colorOf(at), x });
    x += needed + 8;
  }
  return rows;
}

function legendRow(row: readonly LegendEntry[], y: number): readonly string[] {
  return row.map(
    ({ label, color, x }) =>
      `<rect x="${round(x)}" y="${y - 8}" width="10" height="3" rx="1.5" fill="${color}"/>` +
      text(round(x + 15), y - 3, label, "legend"),
  );
}

function colorOf(at: number): string {
  return COLORS[at % COLORS.length]!;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
