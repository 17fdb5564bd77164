/**
 * Measures in CloudWatch's embedded metric format: a JSON line in the log, from which CloudWatch takes the metrics when
 * the line arrives. Nothing is called on the way, and a request costs a number in memory.
 */
import { SERVICE_METRICS, serviceNamespace, type DimensionsOf, type ServiceMetricName } from "@records/contracts";

/** CloudWatch takes a hundred values of a metric in one line. */
const VALUES_PER_LINE = 100;
const WRITE_EVERY_MS = 10_000;

export interface MetricsOptions {
  readonly environment: string;
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

interface Series {
  readonly metric: ServiceMetricName;
  readonly dimensions: Readonly<Record<string, string>>;
  values: number[];
}

export class Metrics {
  readonly #namespace: string;
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #series = new Map<string, Series>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ environment, write, now = Date.now }: MetricsOptions) {
    this.#namespace = serviceNamespace(environment);
    this.#write = write;
    this.#now = now;
  }

  /** Remembers a value. It is written with its like: when there are a hundred of them, or within ten seconds. */
  observe<Name extends ServiceMetricName>(metric: Name, value: number, dimensions: DimensionsOf<Name>): void {
    const key = `${metric} ${Object.values(dimensions).join(" ")}`;
    const series = this.#series.get(key) ?? { metric, dimensions, values: [] };
    this.#series.set(key, series);
    switch (SERVICE_METRICS[metric].kind) {
      case "distribution":
        series.values.push(value);
        break;
      case "sum":
        series.values = [(series.values[0] ?? 0) + value];
        break;
      case "gauge":
        series.values = [value];
        break;
    }
    if (series.values.length >= VALUES_PER_LINE) this.#flushOne(key, series);
  }

  start(): this {
    // What is measured must not keep a process alive that has nothing else to do.
    this.#timer ??= setInterval(() => this.flush(), WRITE_EVERY_MS).unref();
    return this;
  }

  flush(): void {
    for (const [key, series] of this.#series) this.#flushOne(key, series);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.flush();
  }

  #flushOne(key: string, { metric, dimensions, values }: Series): void {
    this.#series.delete(key);
    const { name, unit, dimensionSets } = SERVICE_METRICS[metric];
    const at = this.#now();
    const declared = { Namespace: this.#namespace, Dimensions: dimensionSets, Metrics: [{ Name: name, Unit: unit }] };
    this.#write(
      JSON.stringify({
        level: "info",
        time: new Date(at).toISOString(),
        msg: "metrics",
        _aws: { Timestamp: at, CloudWatchMetrics: [declared] },
        ...dimensions,
        [name]: values.length === 1 ? values[0] : values,
      }),
    );
  }
}

/** Where tests and tools do not ask: nothing is written. */
export function silentMetrics(): Metrics {
  return new Metrics({ environment: "none", write: () => undefined });
}

export function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
