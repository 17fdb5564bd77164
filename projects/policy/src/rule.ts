/** A resource as a policy sees it: inputs before it is created, outputs in a preview of what exists. */
export interface Resource {
  /** Type token, for instance `aws:kms/key:Key`. */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  readonly urn: string;
  // The shape depends on the type; each check reads the few properties it is about.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly props: Readonly<Record<string, any>>;
}

/** One rule of the pack. The engine refuses a stack that breaks it before anything is created. */
export interface Rule {
  /** Kebab-case, unique in the pack. */
  readonly name: string;
  /** Rules of the infrastructure specification that this one pins. */
  readonly pins: string;
  /** One sentence: what must hold. */
  readonly holds: string;
  /** What to do about a violation. */
  readonly remedy: string;
  /** Types it looks at; undefined: every AWS resource. */
  readonly types?: readonly string[];
  /** What is wrong with the resource, each as a sentence; empty when nothing is. */
  readonly check: (resource: Resource) => readonly string[];
}

/** The violations of a rule: what is wrong and what to do. The engine puts what must hold, the rule's description, before each. */
export function violations(rule: Rule, resource: Resource): readonly string[] {
  if (!resource.type.startsWith("aws:")) return [];
  if (rule.types && !rule.types.includes(resource.type)) return [];
  return rule.check(resource).map((wrong) => `${wrong} ${rule.remedy} (${rule.pins})`);
}
