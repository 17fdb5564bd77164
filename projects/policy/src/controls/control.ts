/** A control of a published standard: what it asks, what answers it, and what shows that. */
import type { Layer } from "@records/conventions";

/**
 * Who asks. The three that Security Hub checks here: FSBP (AWS Foundational Security Best Practices 1.0.0), NIST (SP
 * 800-53 revision 5) and CIS (AWS Foundations Benchmark 3.0.0); and an older edition of the last.
 */
export type Standard = "FSBP" | "NIST" | "CIS" | "CIS 1.4";

/** Resource types by the layer that declares them. */
export type Where = Readonly<Partial<Record<Layer, readonly string[]>>>;

export interface Evidence {
  /** From the root of the repository. */
  readonly file: string;
  /** As it is written there. */
  readonly title: string;
}

export interface Excepted {
  /** Section 10 of the specification. */
  readonly id: `EXC-${number}`;
  /** What the control does not get, and why that is accepted. */
  readonly covers: string;
}

interface Asked {
  /** As Security Hub writes it; a control of NIST SP 800-53 as the publication does. */
  readonly id: string;
  /** What must hold, in our words. */
  readonly says: string;
  readonly standards: readonly Standard[];
  /** Rules of the specification. */
  readonly rules: readonly string[];
  /** What the answer is made of. */
  readonly where?: Where;
  /** Types that no layer declares: the control holds because there is none. */
  readonly never?: readonly string[];
  /** Names of rules of the pack, which refuse a stack that breaks the control. */
  readonly policies?: readonly string[];
  readonly note?: string;
}

/** Declared in production, and a test shows it. */
interface Held {
  readonly held: readonly Evidence[];
  readonly exception?: Excepted;
  /** What Security Hub reports all the same, and why it stays so. */
  readonly reported?: string;
}

/** Not held, and that is accepted until a date. */
interface Accepted {
  readonly exception: Excepted;
}

/** Its resources are not declared yet. */
interface NotYet {
  readonly notYet: string;
  /** Building any of these is what completes the row. */
  readonly missing: Where;
}

/** Nothing that a program declares: people do it in the account. */
interface ByPeople {
  readonly people: string;
}

/** Not held, although what it is about is there. */
interface Open {
  readonly open: string;
}

export type Control = Asked & (Held | Accepted | NotYet | ByPeople | Open);
export type Standing = "held" | "held in part" | "by exception" | "not built yet" | "by people" | "open";
export const STANDINGS: readonly Standing[] = [
  "held",
  "held in part",
  "by exception",
  "not built yet",
  "by people",
  "open",
];

export function standingOf(control: Control): Standing {
  if ("held" in control) return (control.exception ?? control.reported) ? "held in part" : "held";
  if ("notYet" in control) return "not built yet";
  if ("people" in control) return "by people";
  return "open" in control ? "open" : "by exception";
}

export const evidenceOf = (control: Control): readonly Evidence[] => ("held" in control ? control.held : []);

export const missingOf = (control: Control): Where => ("missing" in control ? control.missing : {});

/** Titles of one file of tests. */
export function testsIn(file: string): (...titles: string[]) => Evidence[] {
  return (...titles) => titles.map((title) => ({ file, title }));
}
