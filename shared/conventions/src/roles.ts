/**
 * Names of roles, known before the roles exist: policies of earlier layers admit later layers' roles by name,
 * because AWS refuses a policy that names a role which is not there yet.
 */
import { physicalName } from "./names.ts";
import { LAYERS, type Layer } from "./projects.ts";

/** Every role the four stacks create, by the layer that creates it. */
export const ROLES = {
  security: ["trail-logs"],
  network: ["flow-logs"],
  data: ["rds-monitoring", "db-proxy", "rotation"],
  compute: ["api-execution", "api-task", "relay-task", "consumer-cache-invalidator", "migration", "api-gateway-logs"],
} as const satisfies Record<Layer, readonly string[]>;
export type Role = (typeof ROLES)[Layer][number];

/** Roles of people and of the first deployment. They live outside the stacks, one per account. */
export const ACCOUNT_ROLES = {
  keyAdministrator: "srs-key-admin",
  bootstrap: "srs-bootstrap",
  auditor: "srs-auditor",
  breakGlass: "srs-break-glass",
} as const;

export function roleName(suffix: string, role: Role): string {
  return physicalName(suffix, role, "iam");
}

export function roleArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/** The identity with which continuous integration applies a layer. */
export function applyRoleName(suffix: string, layer: Layer): string {
  if (!LAYERS.includes(layer)) throw new Error(`"${layer}" is no layer. Use one of ${LAYERS.join(", ")}.`);
  return physicalName(suffix, `ci-${layer}-apply`, "iam");
}
