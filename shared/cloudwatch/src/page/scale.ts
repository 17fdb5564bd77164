/** From values to places on a plot, and the round numbers between. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Round values from the lowest to the highest. */
  readonly ticks: readonly number[];
  /** 0 at the lowest value, 1 at the highest. */
  readonly at: (value: number) => number;
}

const STEPS = [1, 2, 2.5, 5, 10];
const TICKS_WANTED = 4;

/** @param values  what must be on it; the scale ends at round numbers around them */
export function scaleOf(
  values: readonly number[],
  bounds: { readonly min?: number; readonly max?: number } = {},
): Scale {
  const lowest = bounds.min ?? Math.min(0, ...values);
  const highest = Math.max(bounds.max ?? -Infinity, ...values.filter((value) => Number.isFinite(value)), lowest);
  const step = roundStep((highest === lowest ? Math.max(1, Math.abs(lowest)) : highest - lowest) / TICKS_WANTED);
  const min = bounds.min ?? Math.floor(lowest / step) * step;
  // A little room above, so that a line at the top is not the frame's; and a frame for what is nothing at all.
  const above = Math.ceil((highest * 1.05) / step) * step || step * TICKS_WANTED;
  const max = bounds.max !== undefined && highest <= bounds.max ? bounds.max : above;
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  const ticks = Array.from({ length: count }, (_, index) => Number((min + index * step).toPrecision(12)));
  return { min, max, ticks, at: (value) => (value - min) / (max - min) };
}

function roundStep(rough: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  return magnitude * STEPS.find((step) => step * magnitude >= rough * (1 - 1e-9))!;
}

/** As short as it can be read: 1,200,000 is 1.2 M. */
export function shortNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e9) return `${trimmed(value / 1e9)} G`;
  if (magnitude >= 1e6) return `${trimmed(value / 1e6)} M`;
  if (magnitude >= 1e4) return `${trimmed(value / 1e3)} k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  if (value === 0) return "0";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  const text = Math.abs(value) < 0.001 ? String(Number(value.toPrecision(3))) : value.toFixed(digits);
  return text.includes(".") && !text.includes("e") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
