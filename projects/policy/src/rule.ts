/** What a rule is, and what it looks at. */

/** A resource as a rule sees it: inputs where one resource is judged, inputs and outputs where a whole stack is. */
export interface Resource {
  /** Type token, for instance `aws:kms/key:Key`. */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  readonly urn: string;
  /** Reading a value that is not known yet throws (`unknown.ts`): what needs it waits. */
  // The shape depends on the type; each check reads the few properties it is about.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly props: Readonly<Record<string, any>>;
  readonly protect: boolean;
  /** Undefined where the engine asks: it tells analyzers nothing about this option. A state holds it. */
  readonly retainOnDelete?: boolean;
  /** Set where the engine asks: it hands a secret over like any other value. A state marks it. */
  readonly secretsUnmarked?: true;
  /** Id in AWS, where it is known. */
  readonly id?: string;
}

export interface StackResource extends Resource {
  /** By property: URNs of the resources whose outputs it is made from. Known even where the value is not. */
  readonly madeFrom: Readonly<Record<string, readonly string[]>>;
}

export interface StackView {
  readonly resources: readonly StackResource[];
  /** Any resource's URN names the stack. */
  readonly urn: string;
  /** What the security layer published, where this stack only uses keys: purpose to ARN. */
  readonly keyArns?: Readonly<Record<string, string>>;
}

/**
 * What is wrong, as a sentence; nothing when nothing is. A function is a part that is judged on its own: when it needs
 * a value that is not known yet, this part waits and the others are still judged.
 */
export type Finding = string | Fault | false | undefined | readonly Finding[] | (() => Finding | Promise<Finding>);

/** Something wrong with one of the stack's resources. */
export interface Fault {
  readonly about: Resource;
  readonly says: string;
}

interface RuleText {
  /** Number in the infrastructure specification. Several rules may share one. */
  readonly id: `POL-${number}`;
  /** Kebab-case, unique in the pack. */
  readonly name: string;
  /** Rules of the specification that this one pins. */
  readonly pins: string;
  /** One sentence: what must hold. */
  readonly holds: string;
  /** What to do about a violation. */
  readonly remedy: string;
  /** Mandatory: the engine refuses the stack before anything is created. Advisory: it says so and goes on. */
  readonly level: "mandatory" | "advisory";
}

/** Looks at one resource at a time, before it is created. */
export interface ResourceRule extends RuleText {
  readonly scope: "resource";
  /** Types it looks at; undefined: every AWS resource. */
  readonly types?: readonly string[];
  readonly check: (resource: Resource) => Finding;
}

/** Looks at everything a stack declares, at the end of a plan. */
export interface StackRule extends RuleText {
  readonly scope: "stack";
  readonly check: (stack: StackView) => Finding;
}

export type Rule = ResourceRule | StackRule;

/** Whether a rule is about this resource at all. */
export function concerns(rule: ResourceRule, { type }: Pick<Resource, "type">): boolean {
  return rule.types ? rule.types.includes(type) : type.startsWith("aws:");
}
