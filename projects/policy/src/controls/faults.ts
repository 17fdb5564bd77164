/** Where the table and the repository disagree. Each fault says which row, what is wrong and what to do. */
import type { Layer } from "@records/conventions";
import { evidenceOf, missingOf, type Control, type Where } from "./control.ts";
import type { Sources } from "./sources.ts";

const RULE = /^(SEC|NET|DATA|COMP|OPS|POL|TRAP)-[0-9]+$/;
/** Exceptions that no rule of the pack meets: they are written down here alone. */
const OUTSIDE_THE_PACK = new Set(["EXC-2", "EXC-3", "EXC-4"]);

export function faultsOf(controls: readonly Control[], sources: Sources): readonly string[] {
  const ids = controls.map(({ id }) => id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  return [
    ...twice.map((id) => `${id} has two rows. Make them one.`),
    ...controls.flatMap((control) =>
      [...resources(control, sources), ...evidence(control, sources), ...pack(control, sources), ...text(control)].map(
        (fault) => `${control.id}: ${fault}`,
      ),
    ),
  ];
}

function text({ says, rules }: Control): readonly string[] {
  return [
    ...(says.length < 10 || says.endsWith(".") ? ["says nothing, or ends in a full stop."] : []),
    ...(rules.length === 0 ? ["names no rule of the specification."] : []),
    ...rules.filter((rule) => !RULE.test(rule)).map((rule) => `"${rule}" is no number of a rule.`),
  ];
}

const pairs = (where: Where): readonly (readonly [Layer, string])[] =>
  Object.entries(where).flatMap(([layer, types]) => types.map((type) => [layer as Layer, type] as const));

function resources(control: Control, { inventories }: Sources): readonly string[] {
  const declares = (layer: Layer, type: string) => (inventories[layer][type]?.prod ?? 0) > 0;
  const { where = {}, never = [] } = control;
  return [
    ...pairs(where)
      .filter(([layer, type]) => !declares(layer, type))
      .map(([layer, type]) => `the ${layer} layer declares no ${type} in prod. Name what answers the control now.`),
    ...pairs(missingOf(control))
      .filter(([layer, type]) => declares(layer, type))
      .map(([layer, type]) => `the ${layer} layer declares ${type} now. Say where it holds and which test shows it.`),
    ...never.flatMap((type) =>
      Object.entries(inventories)
        .filter(([, inventory]) => inventory[type])
        .map(([layer]) => `holds because there is no ${type}, and the ${layer} layer declares one. Answer it anew.`),
    ),
  ];
}

function evidence(control: Control, { fullTitle }: Sources): readonly string[] {
  const missing = evidenceOf(control)
    .filter((each) => fullTitle(each) === undefined)
    .map(({ file, title }) => `${file} has no test "${title}". Name the one that shows it now.`);
  const none = "held" in control && control.held.length === 0 ? ["is held, and no test shows it."] : [];
  return [...missing, ...none];
}

function pack(control: Control, { rules, typesOf, exceptions }: Sources): readonly string[] {
  const { policies = [], where = {} } = control;
  const types = pairs(where).map(([, type]) => type);
  const exception = "exception" in control ? control.exception : undefined;
  const covered = exceptions.filter(({ id }) => id === exception?.id);
  return [
    ...policies
      .filter((name) => !rules.some((rule) => rule.name === name))
      .map((name) => `the pack has no rule "${name}".`),
    ...policies
      .filter((name) => typesOf(name) && !typesOf(name)?.some((type) => types.includes(type)))
      .map((name) => `the rule "${name}" looks at none of its resources. Name the rule that does.`),
    ...(exception && covered.length === 0 && !OUTSIDE_THE_PACK.has(exception.id)
      ? [`${exception.id} is not in projects/policy/exceptions.ts.`]
      : []),
    ...covered
      .filter(({ rule }) => policies.length > 0 && !policies.includes(rule))
      .map(({ id, rule }) => `${id} is about the rule "${rule}", which the row does not name.`)
      .slice(0, 1),
  ];
}
