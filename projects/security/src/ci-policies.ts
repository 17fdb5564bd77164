/** What the two identities of each layer may do: a preview looks, an apply makes what its layer's program declares. */
import type { Layer, Statement } from "@records/conventions";
import { computeApply } from "./ci/apply-compute.ts";
import { dataApply } from "./ci/apply-data.ts";
import { networkApply } from "./ci/apply-network.ts";
import { securityApply } from "./ci/apply-security.ts";
import { noContent, noKeysButState, settingsReads } from "./ci/reads.ts";
import type { CiScope } from "./ci/scope.ts";
import { stateLocks, stateReads, stateWrites } from "./ci/state.ts";

export interface LayerPolicies {
  /** Of both identities. */
  readonly read: readonly Statement[];
  readonly plan: readonly Statement[];
  readonly applyState: readonly Statement[];
  /** By subject: an apply role needs more than one policy holds. */
  readonly apply: Readonly<Record<string, readonly Statement[]>>;
}

const APPLY: Readonly<Record<Layer, (scope: CiScope) => Record<string, Statement[]>>> = {
  security: securityApply,
  network: networkApply,
  data: dataApply,
  compute: computeApply,
};

export function layerPolicies(scope: CiScope, layer: Layer): LayerPolicies {
  return {
    read: [...settingsReads(scope, layer), ...noContent(scope)],
    plan: [...stateReads(scope, layer), ...stateLocks(scope, layer), ...noKeysButState(scope)],
    applyState: [...stateReads(scope, layer), ...stateWrites(scope, layer)],
    apply: APPLY[layer](scope),
  };
}
