/** The form of the fixtures: what passes a rule, and the same with one setting broken. */
import type { Resource, StackResource } from "../src/rule.ts";
import { watched } from "../src/unknown.ts";

/** `<stack>/<project>`: what rules read from a URN. */
export type Place = `${string}/srs-${string}`;
export const PROD: Place = "prod/srs-security";

type Props = Readonly<Record<string, unknown>>;

/** A resource that passes, and what is changed in it; `$protect` and `$retainOnDelete` are its options. */
export interface ResourceFixture {
  readonly type: string;
  readonly name?: string;
  readonly at?: Place;
  /** Left out: a type that no setting makes good. */
  readonly passes?: Props;
  /** What is changed in the passing one, and a word that the refusal must contain. */
  readonly fails: readonly (readonly [change: Props, says: string])[];
  /** The engine shows analyzers nothing of it: only a state tells. */
  readonly onlyInState?: true;
}

/** A declared resource; `from` says which of its properties are made from which others (`type::name`). */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly props: Props;
  readonly from?: Readonly<Record<string, string>>;
}

/** A stack that passes, and what is changed in it. */
export interface StackFixture {
  readonly at: Place;
  readonly passes: readonly Declared[];
  readonly fails: readonly {
    readonly what: string;
    readonly change: (resources: readonly Declared[]) => readonly Declared[];
    readonly says: string;
  }[];
}

/** A complete set of tags, for a stack `prod`. */
export const TAGS = {
  Project: "student-records",
  Environment: "prod",
  EnvironmentSuffix: "prod",
  Layer: "security",
  Owner: "team-security",
  CostCenter: "1000-REC",
  DataClassification: "internal",
  Compliance: "FERPA",
  RetentionClass: "none",
  ManagedBy: "pulumi",
  Repository: "campus/student-records",
} as const;
export const classified = (DataClassification: string) => ({ ...TAGS, DataClassification });

export const ACCOUNT = "000000000000";
export const keyArn = (digit: number): string =>
  `arn:aws:kms:us-east-1:${ACCOUNT}:key/${String(digit).repeat(8)}-1111-4111-8111-111111111111`;
export const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const urnOf = (at: Place, type: string, name: string): string => {
  const [stack, project] = at.split("/");
  return `urn:pulumi:${stack}::${project}::${type}::${name}`;
};

export function resource(fixture: ResourceFixture, change: Props = {}): Resource {
  const { type, name = "subject", at = PROD } = fixture;
  const { $protect = false, $retainOnDelete = false, ...props } = { ...fixture.passes, ...change };
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
  const urn = urnOf(at, type, name);
  return {
    type,
    name,
    urn,
    props: watched(given, urn),
    protect: $protect === true,
    retainOnDelete: $retainOnDelete === true,
  };
}

export function stackResources(at: Place, declared: readonly Declared[]): readonly StackResource[] {
  return declared.map(({ type, name, props, from = {} }) => ({
    ...resource({ type, name, at, passes: props, fails: [] }),
    madeFrom: Object.fromEntries(
      Object.entries(from).map(([property, source]) => [
        property,
        [urnOf(at, ...(source.split("::") as [string, string]))],
      ]),
    ),
  }));
}

/** Changes of a stack. */
export const without = (type: string, name?: string) => (resources: readonly Declared[]) =>
  resources.filter((each) => each.type !== type || (name !== undefined && each.name !== name));
export const adding =
  (...more: readonly Declared[]) =>
  (resources: readonly Declared[]) => [...resources, ...more];
export const having =
  (type: string, name: string, props: Props, from?: Declared["from"]) => (resources: readonly Declared[]) =>
    resources.map((each) =>
      each.type === type && each.name === name
        ? { ...each, props: { ...each.props, ...props }, from: { ...each.from, ...from } }
        : each,
    );
