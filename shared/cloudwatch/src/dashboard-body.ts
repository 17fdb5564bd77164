/**
 * A dashboard's body as CloudWatch reads it, and what it refuses.
 * Source: "Dashboard Body Structure and Syntax", CloudWatch API reference.
 */
import { isMetricId, mathFault } from "./metric-math/faults.ts";

/** `[namespace, name, dimension, value, ..., options]`, or options alone for an expression. */
export type MetricLine = readonly (string | MetricOptions)[];
export interface MetricOptions {
  readonly id?: string;
  readonly expression?: string;
  readonly label?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly visible?: boolean;
  readonly yAxis?: "left" | "right";
  readonly color?: string;
}
export interface HorizontalAnnotation {
  readonly value: number;
  readonly label?: string;
  readonly color?: string;
  readonly fill?: "above" | "below";
}
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface MetricWidget extends Place {
  readonly type: "metric";
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly view: "timeSeries" | "singleValue";
    readonly metrics: readonly MetricLine[];
    readonly stat?: string;
    readonly period?: number;
    readonly stacked?: boolean;
    readonly yAxis?: { readonly left?: AxisRange; readonly right?: AxisRange };
    readonly annotations?: { readonly horizontal: readonly HorizontalAnnotation[] };
  };
}
interface AxisRange {
  readonly min?: number;
  readonly max?: number;
  readonly label?: string;
  readonly showUnits?: boolean;
}
export interface TextWidget extends Place {
  readonly type: "text";
  readonly properties: { readonly markdown: string };
}
export interface AlarmWidget extends Place {
  readonly type: "alarm";
  readonly properties: { readonly title: string; readonly alarms: readonly string[] };
}
export interface LogWidget extends Place {
  readonly type: "log";
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly query: string;
    readonly view: "table" | "timeSeries" | "bar" | "pie";
  };
}
export type Widget = MetricWidget | TextWidget | AlarmWidget | LogWidget;
export interface DashboardBody {
  readonly start?: string;
  readonly periodOverride?: "auto" | "inherit";
  readonly widgets: readonly Widget[];
}

const COLUMNS = 24;
const WIDGETS_MAX = 500;
const LINES_MAX = 500;
const ALARMS_MAX = 100;
const VIEWS = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"];
const LOG_VIEWS = ["table", "timeSeries", "bar", "pie"];

/** @returns what CloudWatch would refuse, each with the widget it is about */
export function dashboardFaults(text: string): readonly string[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return ["the body is not JSON"];
  }
  const widgets = (body as { widgets?: unknown } | null)?.widgets;
  if (!Array.isArray(widgets)) return ["the body has no list of widgets"];
  if (widgets.length > WIDGETS_MAX) return [`a dashboard has up to ${WIDGETS_MAX} widgets, not ${widgets.length}`];
  return (widgets as Record<string, unknown>[]).flatMap((widget, at) =>
    widgetFaults(widget).map((fault) => `widgets/${at}: ${fault}`),
  );
}

function widgetFaults(widget: Record<string, unknown>): readonly string[] {
  const properties = widget.properties as Record<string, unknown> | undefined;
  if (typeof properties !== "object") return ["it has no properties"];
  const faults = [...placeFaults(widget)];
  switch (widget.type) {
    case "metric":
      return [...faults, ...metricFaults(properties)];
    case "text":
      return typeof properties.markdown === "string" ? faults : [...faults, "a text has markdown"];
    case "log":
      if (typeof properties.query !== "string") faults.push("a log widget has a query");
      if (typeof properties.region !== "string") faults.push("a log widget names its Region");
      if (!LOG_VIEWS.includes(String(properties.view))) faults.push(`"${String(properties.view)}" is no view of logs`);
      return faults;
    case "alarm": {
      const alarms = properties.alarms as string[] | undefined;
      if (!Array.isArray(alarms) || alarms.length === 0 || alarms.length > ALARMS_MAX)
        return [...faults, `an alarm widget lists 1 to ${ALARMS_MAX} alarms`];
      const odd = alarms.find((alarm) => !/^arn:aws:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/.test(alarm));
      return odd === undefined ? faults : [...faults, `"${odd}" is no alarm's ARN`];
    }
    default:
      return [...faults, `"${String(widget.type)}" is no kind of widget that is known here`];
  }
}

function placeFaults({ x, y, width, height }: Record<string, unknown>): readonly string[] {
  const whole = (value: unknown, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  if (!whole(x, 0, COLUMNS - 1) || !whole(width, 1, COLUMNS) || (x as number) + (width as number) > COLUMNS)
    return [`x ${String(x)} and width ${String(width)} do not fit into ${COLUMNS} columns`];
  return whole(y, 0, 1_000_000) && whole(height, 1, 1_000) ? [] : [`y ${String(y)} or height ${String(height)}`];
}

function metricFaults(properties: Record<string, unknown>): readonly string[] {
  const faults: string[] = [];
  const { metrics, region, view, period } = properties;
  if (typeof region !== "string") faults.push("a metric widget names its Region");
  if (!VIEWS.includes(String(view))) faults.push(`"${String(view)}" is no view of metrics`);
  if (!isPeriod(period)) faults.push(`period ${String(period)} is not 1, 5, 10, 20, 30 or a multiple of 60`);
  if (!Array.isArray(metrics) || metrics.length === 0) return [...faults, "it shows no metric"];
  if (metrics.length > LINES_MAX) faults.push(`a widget has up to ${LINES_MAX} metrics, not ${metrics.length}`);
  const lines = metrics as MetricLine[];
  const ids = lines.flatMap((line) => optionsOf(line).id ?? []);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) faults.push(`the id "${twice}" is there twice`);
  return [...faults, ...lines.flatMap((line) => lineFaults(line, ids))];
}

function lineFaults(line: MetricLine, ids: readonly string[]): readonly string[] {
  const { id, expression, period } = optionsOf(line);
  const words = line.filter((part) => typeof part === "string");
  const faults: string[] = [];
  if (id !== undefined && !isMetricId(id)) faults.push(`the id "${id}" does not begin with a small letter`);
  if (!isPeriod(period)) faults.push(`period ${period} is not 1, 5, 10, 20, 30 or a multiple of 60`);
  if (expression === undefined && (words.length < 2 || words.length % 2 !== 0))
    faults.push(`[${words.join(", ")}] is not a namespace, a name, and pairs of dimension and value`);
  if (expression !== undefined && words.length > 0) faults.push("an expression stands alone in its line");
  const fault =
    expression === undefined
      ? undefined
      : mathFault(
          expression,
          ids.filter((other) => other !== id),
        );
  return fault === undefined ? faults : [...faults, `${expression}: ${fault}`];
}

/** Options stand last in a line. */
export function optionsOf(line: MetricLine): MetricOptions {
  const last = line.at(-1);
  return typeof last === "object" ? last : {};
}

function isPeriod(period: unknown): boolean {
  if (period === undefined) return true;
  return [1, 5, 10, 20, 30].includes(period as number) || (Number.isInteger(period) && (period as number) % 60 === 0);
}
