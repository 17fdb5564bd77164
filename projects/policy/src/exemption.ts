import { matchesGlob } from "./glob.ts";

/** Exceptions of the specification (section 10): a named violation is accepted until a date, by somebody, for a reason. */
export interface Exemption {
  readonly id: `EXC-${number}`;
  /** Name of the one rule that it is about. */
  readonly rule: string;
  /** URN of what it is about; `*` stands for any text. */
  readonly urn: string;
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`. From this day on the rule fails again. */
  readonly reviewBy: string;
}

export function exempts(exemption: Exemption, rule: string, urn: string | undefined): boolean {
  if (exemption.rule !== rule || urn === undefined) return false;
  return matchesGlob(exemption.urn, urn);
}

export function expired({ reviewBy }: Exemption, now: Date): boolean {
  return now.toISOString().slice(0, 10) >= reviewBy;
}

/** What an expired exception adds to the violation that it no longer covers. */
export function expiryNote({ id, owner, reviewBy, reason }: Exemption): string {
  return (
    `Its exception ${id} expired on ${reviewBy} ("${reason}"): ${owner} reviews it, then moves reviewBy in ` +
    `projects/policy/exceptions.ts or removes it.`
  );
}
