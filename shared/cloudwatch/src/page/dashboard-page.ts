/** A dashboard as one page that a browser opens without anything else: SVG, no script, no request. */
import type { DashboardBody, Widget } from "../dashboard-body.ts";
import { alarmPanel, logPanel, textPanel } from "./panels.ts";
import { plot, singleValue, type Frame } from "./plot.ts";
import type { Shape } from "./sample-data.ts";
import { escaped } from "./text.ts";

const COLUMN_PX = 56;
const ROW_PX = 40;
const GAP_PX = 8;
const COLUMNS = 24;
/** Shown when a body does not say: CloudWatch's three hours. */
const MINUTES = 180;

/** The whole board as an SVG picture, with data that was never measured. */
export function dashboardPicture(body: DashboardBody, shapes: readonly Shape[] = []): string {
  const rows = Math.max(...body.widgets.map(({ y, height }) => y + height));
  const [width, height] = [COLUMNS * COLUMN_PX, rows * ROW_PX];
  const shown = { minutes: minutesOf(body.start), shapes };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Helvetica Neue', Arial, sans-serif">`,
    `<style>${STYLE}</style>`,
    ...body.widgets.map((widget) => placed(widget, shown)),
    "</svg>",
  ].join("\n");
}

/** @param shapes  of metrics that AWS does not have: what a reader would expect to see of them */
export function dashboardPage(name: string, body: DashboardBody, shapes: readonly Shape[] = []): string {
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(name)}</title>`,
    "<style>body{margin:16px;background:#eef0f3}p{font:13px system-ui;color:#555;max-width:1344px}svg{max-width:100%;height:auto}</style>",
    "</head><body>",
    `<p><strong>${escaped(name)}</strong>: sample data, made up and always the same. Only the layout, the metrics, the expressions and the limits are those of the dashboard.</p>`,
    dashboardPicture(body, shapes),
    "</body></html>",
    "",
  ].join("\n");
}

function placed(widget: Widget, shown: Pick<Frame, "minutes" | "shapes">): string {
  const [x, y] = [widget.x * COLUMN_PX, widget.y * ROW_PX];
  const frame = { width: widget.width * COLUMN_PX - GAP_PX, height: widget.height * ROW_PX - GAP_PX, ...shown };
  const plain = widget.type === "text" ? "card plain" : "card";
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect class="${plain}" width="${frame.width}" height="${frame.height}" rx="4"/>`,
    contentOf(widget, frame),
    "</g>",
  ].join("\n");
}

function contentOf(widget: Widget, frame: Frame): string {
  switch (widget.type) {
    case "metric":
      return widget.properties.view === "singleValue" ? singleValue(widget, frame) : plot(widget, frame);
    case "text":
      return textPanel(widget, frame);
    case "alarm":
      return alarmPanel(widget, frame);
    case "log":
      return logPanel(widget, frame);
  }
}

/** From `-PT6H`, as a body gives its start. */
function minutesOf(start: string | undefined): number {
  const [, count, unit] = /^-PT(\d+)([HM])$/.exec(start ?? "") ?? [];
  return count === undefined ? MINUTES : Number(count) * (unit === "H" ? 60 : 1);
}

const STYLE = `
.card{fill:#fff;stroke:#d9dde3}.plain{fill:none;stroke:none}
text{font-size:11px;fill:#4a5058}.title{font-size:12.5px;font-weight:600;fill:#16191f}
.number{font-size:34px;font-weight:300;fill:#16191f}
.tick{font-size:10px;fill:#79818b}.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:#eceef1;fill:none}.line{fill:none;stroke-width:1.4;stroke-linejoin:round}.faint{opacity:.55}
.area{opacity:.18}.beyond{fill:#c4341c;opacity:.045}
.limit{fill:none;stroke-width:1;stroke-dasharray:5 3}.limit-label{font-size:10px;fill:#c4341c}
.chip{fill:#f4f8f4;stroke:#cfe3d2}.chip-name{font-size:10.5px}
.heading{font-size:18px;font-weight:600;fill:#16191f}.words{font-size:12.5px}
.code{font-size:11px;font-family:ui-monospace,Menlo,Consolas,monospace}`;
