/** The rule of a composite alarm: names of alarms in states, joined by AND, OR and NOT. Source: PutCompositeAlarm, AlarmRule. */

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("[^"]*"|'[^']*'|[^\s()"']+)\s*\)|(AND|OR|NOT|TRUE|FALSE|\(|\)))/y;
export const RULE_LENGTH_MAX = 10_240;
/** Children of one rule. */
export const RULE_ALARMS_MAX = 100;

export interface AlarmRule {
  /** Names or ARNs, as the rule has them. */
  readonly alarms: readonly string[];
  /** What is wrong with the rule; undefined when it can be read. */
  readonly fault: string | undefined;
  /** Whether the rule is met when exactly these alarms are in ALARM and all others OK. */
  readonly holds: (inAlarm: ReadonlySet<string>) => boolean;
}

type Term =
  | { readonly kind: "alarm"; readonly state: string; readonly name: string }
  | { readonly kind: "word"; readonly word: string };

export function readAlarmRule(text: string): AlarmRule {
  const terms = termsOf(text);
  if (typeof terms === "string") return { alarms: [], fault: terms, holds: () => false };
  const alarms = [...new Set(terms.flatMap((term) => (term.kind === "alarm" ? [term.name] : [])))];
  const walk = (inAlarm: ReadonlySet<string>) => new Walk(terms, inAlarm);
  const fault = walk(new Set()).fault() ?? (alarms.length > RULE_ALARMS_MAX ? tooMany(alarms.length) : undefined);
  return { alarms, fault, holds: (inAlarm) => fault === undefined && walk(inAlarm).any() };
}

const tooMany = (count: number): string => `the rule names ${count} alarms, and up to ${RULE_ALARMS_MAX} are allowed`;

function termsOf(text: string): readonly Term[] | string {
  if (text.length > RULE_LENGTH_MAX) return `the rule has ${text.length} characters, more than ${RULE_LENGTH_MAX}`;
  const terms: Term[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return `"${text.slice(from).trim().slice(0, 30)}" cannot be read`;
    const [, state, name, word] = match;
    if (word !== undefined) terms.push({ kind: "word", word });
    else terms.push({ kind: "alarm", state: state!, name: name!.replaceAll(/^["']|["']$/g, "") });
  }
  return terms.length === 0 ? "the rule is empty" : terms;
}

class Walk {
  readonly #terms: readonly Term[];
  readonly #inAlarm: ReadonlySet<string>;
  #at = 0;
  #fault: string | undefined;

  constructor(terms: readonly Term[], inAlarm: ReadonlySet<string>) {
    this.#terms = terms;
    this.#inAlarm = inAlarm;
  }

  fault(): string | undefined {
    this.any();
    if (this.#fault === undefined && this.#at < this.#terms.length) this.#fault = "something follows the rule's end";
    return this.#fault;
  }

  any(): boolean {
    let met = this.#all();
    while (this.#take("OR")) met = this.#all() || met;
    return met;
  }

  #all(): boolean {
    let met = this.#one();
    while (this.#take("AND")) met = this.#one() && met;
    return met;
  }

  #one(): boolean {
    if (this.#take("NOT")) return !this.#one();
    if (this.#take("TRUE")) return true;
    if (this.#take("FALSE")) return false;
    if (this.#take("(")) {
      const met = this.any();
      if (!this.#take(")")) this.#fault ??= "a parenthesis is not closed";
      return met;
    }
    const term = this.#terms[this.#at];
    this.#at += 1;
    if (term?.kind === "alarm") return this.#inAlarm.has(term.name) === (term.state === "ALARM");
    this.#fault ??= `an alarm's state is expected, such as ALARM("name"), not ${term?.word ?? "the end"}`;
    return false;
  }

  #take(word: string): boolean {
    const term = this.#terms[this.#at];
    if (term?.kind !== "word" || term.word !== word) return false;
    this.#at += 1;
    return true;
  }
}
