/**
 * Made-up measurements for a metric: the same for the same name, plausible for its kind, with a disturbance in the middle
 * so that one sees what a bad quarter of an hour looks like. Nothing here was measured.
 */
import { createHash } from "node:crypto";
import type { Series } from "../metric-math/evaluate.ts";

export interface Shape {
  /** Of the series' words: namespace, name, dimensions and statistic, parted by blanks. */
  readonly of: RegExp;
  /** Of a quiet minute. */
  readonly level: number;
  /** Of the level, by chance, up and down. */
  readonly noise: number;
  /** What the disturbance multiplies the level by. */
  readonly disturbed: number;
  readonly whole?: boolean;
  readonly most?: number;
  /** A count grows with the period; a percentage does not. */
  readonly perMinute?: boolean;
}

/** The first that fits is taken. */
const SHAPES: readonly Shape[] = [
  { of: / SuccessPercent /, level: 100, noise: 0, disturbed: 1, most: 100 },
  {
    of: / (UnHealthyHostCount|Deadlocks|Evictions|\S*Exceeded|\S*Pinned|\S*FailedAuth|\S*Messages\S*) /,
    level: 0,
    noise: 0,
    disturbed: 1,
  },
  { of: / TargetConnectionErrorCount /, level: 0, noise: 0, disturbed: 1 },
  { of: / HealthyHostCount /, level: 6, noise: 0, disturbed: 0.84, whole: true },
  { of: / (5XXError|HTTPCode_Target_5XX_Count) /, level: 0.25, noise: 2, disturbed: 22, whole: true, perMinute: true },
  { of: / (Errors|Risk) /, level: 0, noise: 0, disturbed: 1 },
  { of: / 4XXError /, level: 26, noise: 0.3, disturbed: 1.4, whole: true, perMinute: true },
  { of: / BlockedRequests /, level: 9, noise: 0.8, disturbed: 1, whole: true, perMinute: true },
  { of: / SignInSuccesses /, level: 2.4, noise: 0.9, disturbed: 1, whole: true, perMinute: true },
  { of: / Invocations /, level: 1 / 60, noise: 0, disturbed: 1, whole: true, perMinute: true },
  {
    of: / (Count|RequestCount|IncomingRecords) /,
    level: 3_000,
    noise: 0.12,
    disturbed: 0.85,
    whole: true,
    perMinute: true,
  },
  { of: / ReplicationLag /, level: 0.12, noise: 0.4, disturbed: 2.2 },
  { of: / \S*BorrowLatency /, level: 2_500, noise: 0.4, disturbed: 9 },
  { of: / AuroraReplicaLagMaximum /, level: 22, noise: 0.3, disturbed: 3 },
  { of: / CommitLatency /, level: 4, noise: 0.3, disturbed: 4 },
  { of: / (IteratorAge|SubscribeToShardEvent.MillisBehindLatest) /, level: 900, noise: 0.6, disturbed: 14 },
  { of: / Duration /, level: 1_400, noise: 0.2, disturbed: 2 },
  { of: / \S*Latency /, level: 60, noise: 0.3, disturbed: 4 },
  { of: / (ACUUtilization|CPUUtilization|EngineCPUUtilization) /, level: 34, noise: 0.12, disturbed: 1.6, most: 100 },
  { of: / (PercentIOLimit) /, level: 8, noise: 0.4, disturbed: 1.2, most: 100 },
  { of: / (DatabaseMemoryUsagePercentage|MemoryUtilization) /, level: 37, noise: 0.02, disturbed: 1.05, most: 100 },
  { of: / \S*Connections /, level: 44, noise: 0.06, disturbed: 1.2, whole: true },
];
const OTHERWISE: Shape = { of: /./, level: 10, noise: 0.2, disturbed: 1.5 };
/** Of the shown time: where the disturbance is. */
const DISTURBED = [0.55, 0.6] as const;
/** How much the day's rise and fall moves a level. */
const WAVE = 0.18;

/**
 * @param series  what tells it from others: namespace, name, dimensions and statistic
 * @param known   shapes of metrics that AWS does not have
 */
export function sampleSeries(
  series: readonly string[],
  { points, periodSeconds }: { readonly points: number; readonly periodSeconds: number },
  known: readonly Shape[] = [],
): Series {
  const words = ` ${series.join(" ")} `;
  const shape = [...known, ...SHAPES].find(({ of }) => of.test(words)) ?? OTHERWISE;
  const chance = numbersFrom(words);
  const exact = shape.noise === 0;
  const ofThisOne = exact ? 1 : 0.9 + 0.2 * chance();
  const factor = (shape.perMinute ? periodSeconds / 60 : 1) * percentileFactor(series.at(-1) ?? "") * ofThisOne;
  let drift = 0;
  return Array.from({ length: points }, (_, at) => {
    drift = 0.8 * drift + 0.2 * (chance() * 2 - 1);
    const place = at / points;
    const wave = exact ? 1 : 1 + WAVE * Math.sin(place * 2 * Math.PI - 1);
    const disturbed = place >= DISTURBED[0] && place < DISTURBED[1] ? shape.disturbed : 1;
    const value = shape.level * factor * wave * disturbed * (1 + shape.noise * (drift + 0.5 * (chance() * 2 - 1)));
    const bounded = Math.max(0, Math.min(value, shape.most ?? Infinity));
    return shape.whole ? Math.round(bounded) : bounded;
  });
}

/** Half of all are much quicker than the slowest. */
function percentileFactor(statistic: string): number {
  return statistic === "p50" ? 0.3 : 1;
}

/** Chance that always falls alike: a stream of numbers from 0 to 1 for a text. */
function numbersFrom(text: string): () => number {
  let state = createHash("sha256").update(text).digest().readUInt32LE() || 1;
  return () => {
    // Xorshift: short, and good enough to look at.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
