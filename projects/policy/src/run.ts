/** Runs the whole pack over exported states, without the engine. */
import type { StackExport, States } from "@records/deploy";
import type { Exemption } from "./exemption.ts";
import { combine, judgeResource, judgeStack, type Leave, type Verdict } from "./evaluate.ts";
import { resourceRules, stackRules } from "./rules.ts";
import { publishedKeys, readState } from "./state.ts";

export interface LayerResult extends Verdict {
  readonly layer: string;
  readonly resources: number;
  readonly rules: number;
}

export interface PackResult {
  readonly layers: readonly LayerResult[];
  /** Layers without a state. */
  readonly absent: readonly string[];
  /** Exceptions that no violation needed; empty unless every layer was looked at. */
  readonly unused: readonly Exemption[];
}

export async function runPack(states: States, leave: Leave): Promise<PackResult> {
  const keyArns = publishedKeys(states.security);
  const layers: LayerResult[] = [];
  const absent: string[] = [];
  for (const [layer, state] of Object.entries<StackExport | undefined>(states)) {
    if (state) layers.push(await judgeLayer(layer, state, keyArns, leave));
    else absent.push(layer);
  }
  const used = new Set(layers.flatMap(({ excepted }) => excepted.map(({ exemption }) => exemption)));
  const unused = absent.length > 0 ? [] : leave.exemptions.filter((exemption) => !used.has(exemption));
  return { layers, absent, unused };
}

async function judgeLayer(
  layer: string,
  state: StackExport,
  keyArns: Readonly<Record<string, string>> | undefined,
  leave: Leave,
): Promise<LayerResult> {
  const { resources, stack } = readState(state, keyArns);
  const verdicts: Verdict[] = [];
  for (const rule of resourceRules) {
    for (const resource of resources) verdicts.push(await judgeResource(rule, resource, leave));
  }
  for (const rule of stackRules) verdicts.push(await judgeStack(rule, stack, leave));
  return {
    layer,
    resources: resources.length,
    rules: resourceRules.length + stackRules.length,
    ...combine(verdicts),
  };
}

/** Violations that stop a deployment. */
export function mandatory({ layers }: PackResult) {
  return layers.flatMap(({ violations }) => violations.filter(({ rule }) => rule.level === "mandatory"));
}
