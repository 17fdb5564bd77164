/** Which usage plan a campus system has, and how much each plan admits: a quarter more than the service's own limit. */
import type { CampusSystem } from "./campus-system.ts";

export interface Plan {
  readonly name: string;
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Absent: no daily quota. */
  readonly perDay?: number;
}

/** The gateway is the outer guard: the service's bucket is to speak first, in its own words. */
const ABOVE_SERVICE = 1.25;

export interface StandardPlan {
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly perDay: number;
}

/** A system whose agreement names a rate has a plan of that rate; systems of the same rate share one. */
export function planOf({ agreedRatePerSecond }: CampusSystem, standard: StandardPlan): Plan {
  if (agreedRatePerSecond === undefined) return { name: "standard", ...standard };
  const ratePerSecond = agreedRatePerSecond * ABOVE_SERVICE;
  return { name: `high-${agreedRatePerSecond}`, ratePerSecond, burst: Math.ceil(2 * ratePerSecond) };
}

/** People come through one public client, each with a bucket of their own in the service. */
export function consolePlan({ ratePerSecond, burst }: StandardPlan): Plan {
  return { name: "console", ratePerSecond, burst };
}

export function plansOf(systems: readonly CampusSystem[], standard: StandardPlan): readonly Plan[] {
  const plans = [{ name: "standard", ...standard }, consolePlan(standard)];
  return [
    ...new Map(
      [...plans, ...systems.map((system) => planOf(system, standard))].map((plan) => [plan.name, plan]),
    ).values(),
  ];
}
