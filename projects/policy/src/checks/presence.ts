import { placeOf, purposeOf } from "../place.ts";
import type { Finding, StackResource, StackRule } from "../rule.ts";
import { REQUIRED, type Required } from "./required.ts";

export const requiredResources: StackRule = {
  id: "POL-32",
  name: "required-resources",
  pins: "Appendix A, TRAP-37",
  holds: "Each layer declares the services and the controls that it is there for.",
  remedy:
    "Declare it, or take it out of the table in projects/policy/src/checks/required.ts with a decision that says why.",
  level: "mandatory",
  scope: "stack",
  check: ({ urn, resources }) => {
    const place = placeOf(urn);
    return (REQUIRED[place.layer] ?? [])
      .filter(({ baseline, lasting }) => !(baseline && place.pullRequest) && !(lasting && !place.lasting))
      .map((required) => () => absent(required, resources));
  },
};

function absent({ type, count, purposes = [] }: Required, resources: readonly StackResource[]): Finding {
  const found = resources.filter((resource) => resource.type === type);
  const there = () => found.map(({ props }) => purposeOf(nameOf(props)));
  return [
    found.length < count && purposes.length === 0 && `The stack declares ${found.length} of ${count} ${type}.`,
    () =>
      purposes
        .filter((purpose) => !there().includes(purpose))
        .map((purpose) => `The stack declares no ${type} ${purpose}.`),
  ];
}

const nameOf = (props: StackResource["props"]): string => String(props.bucket ?? props.name).replace(/^alias\//, "");
