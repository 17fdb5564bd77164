/** The four stacks' programs as an access model, and the same model with its policies changed. */
import type { NamedPolicy, Statement } from "@records/iam";
import { exportOf, recordSystem } from "@records/testing";
import { accessModel, type AccessModel, type GuardedResource } from "../src/index.ts";

const LAYERS = ["security", "network", "data", "compute"] as const;

/** The recorded models by environment suffix. */
export type Models = () => Readonly<Record<"prod" | "local", AccessModel>>;

export async function systemModel(stack: string): Promise<AccessModel> {
  const recorded = await recordSystem(stack);
  return accessModel(Object.fromEntries(LAYERS.map((layer) => [layer, exportOf(recorded[layer], stack, layer)])));
}

export function keysOf(model: AccessModel): readonly GuardedResource[] {
  return model.resources.filter(({ kind }) => kind === "kms-key");
}

export function resourceOf(model: AccessModel, kind: GuardedResource["kind"], name: string): GuardedResource {
  const found = model.resources.find((resource) => resource.kind === kind && resource.name === name);
  if (!found) throw new Error(`The model has no ${kind} named ${name}.`);
  return found;
}

/** What a change makes of a statement: another one, or none. */
export type Change = (statement: Statement, policy: NamedPolicy) => Statement | undefined;

/** The model with every statement of every policy passed through a change. Fails when the change touches nothing. */
export function changed(model: AccessModel, change: Change): AccessModel {
  let touched = 0;
  const apply = <T extends NamedPolicy | undefined>(policy: T): T => {
    if (policy === undefined) return policy;
    const Statement = policy.document.Statement.flatMap((statement) => {
      const result = change(statement, policy);
      if (result !== statement) touched += 1;
      return result ?? [];
    });
    return { ...policy, document: { ...policy.document, Statement } };
  };
  const result = {
    ...model,
    roles: model.roles.map((role) => ({
      ...role,
      trust: apply(role.trust),
      policies: role.policies.map(apply),
      boundary: apply(role.boundary),
    })),
    resources: model.resources.map((resource) => ({ ...resource, policy: apply(resource.policy) })),
  };
  if (touched === 0) throw new Error("The change touches no statement: the test would prove nothing.");
  return result;
}

/** Without the statements of that name. */
export function without(model: AccessModel, ...sids: readonly string[]): AccessModel {
  return changed(model, (statement) => (sids.includes(statement.Sid ?? "") ? undefined : statement));
}
