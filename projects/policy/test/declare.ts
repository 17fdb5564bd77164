/** Fixtures as programs for the real engine. */
import * as pulumi from "@pulumi/pulumi";
import { recordedType } from "../../local-cloud/src/recorded-type.ts";
import type { Service } from "../../local-cloud/src/cloud.ts";
import { PROD, type Declared, type Place, type ResourceFixture } from "./fixture.ts";
import { RESOURCE_FIXTURES, STACK_FIXTURES } from "./fixtures/index.ts";

/** A resource of any type, with inputs as they are: fixtures hold the few properties that a rule reads. */
export class AnyResource extends pulumi.CustomResource {
  constructor(
    { type, name }: Pick<Declared, "type" | "name">,
    props: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(type, name, props, opts);
  }
}

export interface Broken {
  readonly rule: string;
  /** Name in the program; undefined where the stack as a whole is what is wrong. */
  readonly name: string;
  readonly declare: () => void;
}

/** The resources of a place that break one rule each. */
export function brokenResources(at: Place): readonly Broken[] {
  return Object.entries(RESOURCE_FIXTURES).flatMap(([rule, fixtures]) =>
    fixtures.flatMap((fixture: ResourceFixture, index) => {
      const [change] = fixture.fails[0] ?? [];
      if (!change || fixture.onlyInState || (fixture.at ?? PROD) !== at) return [];
      const { $protect, $retainOnDelete: _, ...props } = { ...fixture.passes, ...change };
      const name = `${rule}-${index}`;
      const declare = () => void new AnyResource({ type: fixture.type, name }, props, { protect: $protect === true });
      return [{ rule, name, declare }];
    }),
  );
}

/** The resources of a place's stacks, with the first `faults` of each fixture's faults in them. */
export function declareBrokenStacks(at: Place, faults: number): void {
  for (const fixture of Object.values(STACK_FIXTURES).flat()) {
    const changes = fixture.fails.slice(0, faults).map(({ change }) => change);
    if (fixture.at === at) declare(changes.reduce((declared, change) => change(declared), fixture.passes));
  }
}

/** In order: a property is made from a resource that was declared before. */
function declare(declared: readonly Declared[]): void {
  const made = new Map<string, AnyResource>();
  for (const { type, name, props, from = {} } of declared) {
    if (type === "pulumi:pulumi:Stack") continue; // The engine has one: its outputs are what the program returns.
    if (type === "pulumi:providers:aws") {
      if (!name.startsWith("default")) new AnyProvider(name, props);
      continue;
    }
    const linked = Object.entries(from).map(
      ([property, source]) => [property, made.get(source)?.id.apply(() => props[property])] as const,
    );
    made.set(`${type}::${name}`, new AnyResource({ type, name }, { ...props, ...Object.fromEntries(linked) }));
  }
}

class AnyProvider extends pulumi.ProviderResource {
  constructor(name: string, props: pulumi.Inputs) {
    super("aws", name, props);
  }
}

/** A service that records every type of the fixtures and refuses nothing: what is refused, the pack refuses. */
export function anyService(): Service {
  const tokens = new Set([
    ...Object.values(RESOURCE_FIXTURES).flatMap((fixtures) => fixtures.map(({ type }) => type)),
    ...Object.values(STACK_FIXTURES).flatMap((fixtures) =>
      fixtures.flatMap(({ passes, fails }) =>
        [passes, ...fails.map(({ change }) => change(passes))].flat().map(({ type }) => type),
      ),
    ),
  ]);
  const resources = [...tokens]
    .filter((token) => token.startsWith("aws:"))
    .map((token) => recordedType({ token, id: () => "any", replaceOnChanges: [] }));
  return { name: "any", resources };
}
