/** The few kinds of widgets that our dashboards are made of, in CloudWatch's own form. */
import type { AlarmRow, Metric } from "../alarms/alarm.ts";

/** What is seen of one metric, or of an expression over lines that have an id. */
export type Line =
  | { readonly metric: Metric; readonly label: string; readonly id?: string; readonly hidden?: boolean }
  | { readonly expression: string; readonly label: string; readonly id?: string };

/** A level that matters, drawn across the plot: the threshold of an alarm. */
export interface Limit {
  readonly value: number;
  readonly label: string;
  /** Where it is bad; undefined for a line that only says where something is. */
  readonly side?: "above" | "below";
}

/** Before it has its place on the board. */
export interface Widget {
  readonly type: "metric" | "text" | "alarm" | "log";
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface PlotOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly limits?: readonly Limit[];
  readonly periodSeconds?: number;
  readonly stacked?: boolean;
  readonly unit?: string;
  readonly max?: number;
  readonly width?: number;
}

const LIMIT_COLOR = "#d13212";
const PLOT = { width: 8, height: 6 } as const;
const NUMBER = { width: 4, height: 3 } as const;

export class Widgets {
  readonly #region: string;

  constructor(region: string) {
    this.#region = region;
  }

  heading(markdown: string): Widget {
    return { type: "text", width: 24, height: 2, properties: { markdown, background: "transparent" } };
  }

  plot({ title, lines, limits = [], periodSeconds = 60, stacked = false, unit, max, width }: PlotOptions): Widget {
    return {
      type: "metric",
      ...PLOT,
      ...(width !== undefined && { width }),
      properties: {
        title,
        region: this.#region,
        view: "timeSeries",
        stacked,
        period: periodSeconds,
        metrics: lines.map(lineOf),
        yAxis: { left: { min: 0, ...(max !== undefined && { max }), ...(unit && { label: unit, showUnits: false }) } },
        ...(limits.length > 0 && {
          annotations: {
            horizontal: limits.map(({ value, label, side }) => ({
              value,
              label,
              color: LIMIT_COLOR,
              ...(side && { fill: side }),
            })),
          },
        }),
      },
    };
  }

  /** The newest value alone. */
  number(title: string, lines: readonly Line[], periodSeconds = 300): Widget {
    return {
      type: "metric",
      ...NUMBER,
      properties: {
        title,
        region: this.#region,
        view: "singleValue",
        period: periodSeconds,
        metrics: lines.map(lineOf),
        sparkline: true,
      },
    };
  }

  alarms(title: string, arns: readonly string[]): Widget {
    return { type: "alarm", width: 24, height: 1 + Math.ceil(arns.length / 6), properties: { title, alarms: arns } };
  }

  /** What a query of CloudWatch Logs Insights finds in a log group. */
  logs(title: string, logGroup: string, query: readonly string[], view: "table" | "bar" = "table"): Widget {
    const text = [`SOURCE '${logGroup}'`, ...query].join(" | ");
    return { type: "log", width: 12, height: 6, properties: { title, region: this.#region, view, query: text } };
  }
}

/** The threshold of an alarm's row, with the words that the alarm uses. */
export function limitOf({ threshold, comparison, purpose }: AlarmRow, factor = 1): Limit {
  return { value: threshold * factor, label: purpose, side: comparison === "below" ? "below" : "above" };
}

function lineOf(line: Line): readonly unknown[] {
  const { id, label } = line;
  const shown = { label, ...(id && { id }) };
  if ("expression" in line) return [{ expression: line.expression, ...shown }];
  const { namespace, name, dimensions, statistic } = line.metric;
  const pairs = Object.entries(dimensions).flat();
  return [namespace, name, ...pairs, { stat: statistic, ...shown, ...(line.hidden && { visible: false }) }];
}

const COLUMNS = 24;

/** Rows of widgets, each as high as its highest; a row that is wider than the board goes on below. */
export function placed(rows: readonly (readonly Widget[])[]): readonly (Widget & { x: number; y: number })[] {
  const board: (Widget & { x: number; y: number })[] = [];
  let top = 0;
  for (const row of rows) {
    let x = 0;
    let height = 0;
    for (const widget of row) {
      if (x + widget.width > COLUMNS) {
        top += height;
        [x, height] = [0, 0];
      }
      board.push({ ...widget, x, y: top });
      x += widget.width;
      height = Math.max(height, widget.height);
    }
    top += height;
  }
  return board;
}
