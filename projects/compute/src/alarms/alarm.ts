/** What an alarm is made of. Every alarm of this stack is a row of this form, in the file of its topic. */
import type { Input } from "@pulumi/pulumi";

export type Statistic = "Sum" | "Average" | "Minimum" | "Maximum" | "SampleCount" | `p${number}`;

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, Input<string>>>;
  readonly statistic: Statistic;
}

/** One metric, an expression over several, or a query over all series of a name. */
export type Subject =
  | { readonly metric: Metric }
  | { readonly expression: string; readonly label: string; readonly metrics: Readonly<Record<string, Metric>> }
  | { readonly query: Input<string>; readonly label: string };

export interface AlarmRow {
  /** Name without `srs-<suffix>-`. */
  readonly purpose: string;
  /** Rule of the specification. */
  readonly rule: `COMP-${number}`;
  /** What is so when it is raised, and what to do: the first thing that whoever is woken reads. */
  readonly says: string;
  readonly todo: string;
  readonly subject: Subject;
  readonly periodSeconds: number;
  readonly comparison: "above" | "at least" | "below";
  readonly threshold: number;
  /** So many of the last so many periods. */
  readonly points: readonly [breaching: number, of: number];
  /** What no data means. Never left to AWS's default. */
  readonly missing: "breaching" | "notBreaching" | "missing" | "ignore";
  /**
   * page: somebody is woken; look: somebody looks when at work; part: it only counts together with others, in a
   * composite alarm or as the reason to roll a deployment back.
   */
  readonly urgency: "page" | "look" | "part";
}

/** Raised when its rule over other alarms is met. */
export interface CompositeRow {
  readonly purpose: string;
  readonly rule: `COMP-${number}`;
  readonly says: string;
  readonly todo: string;
  /** All of these are raised. */
  readonly all: readonly AlarmRow[];
  readonly urgency: "page" | "look";
}

/** An alarm of the specification that is not made yet: nothing emits its metric. */
export interface WaitingRow {
  readonly purpose: string;
  readonly rule: `COMP-${number}`;
  readonly says: string;
  readonly metric: string;
  /** Who will emit it. */
  readonly waitsFor: string;
}
