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
  data: ["rds-monitoring", "db-proxy", "rotation", "backup"],
  compute: [
    "api-execution",
    "api-task",
    "relay-task",
    "consumer-cache-invalidator",
    "audit-exporter",
    "migration",
    "api-gateway-logs",
    "canary",
  ],
} as const satisfies Record<Layer, readonly string[]>;

/**
 * Roles that no stack creates yet and that keys admit already: a key's policy is security's, and it must not have to
 * change on the day when a later layer brings the role.
 */
export const PLANNED_ROLES = {
  compute: ["consumer-projector", "consumer-webhook-dispatcher", "consumer-archiver", "consumer-privacy-worker"],
} as const satisfies Partial<Record<Layer, readonly string[]>>;
export type Role = (typeof ROLES)[Layer][number] | (typeof PLANNED_ROLES)[keyof typeof PLANNED_ROLES][number];

/** Roles of people and of the first deployment. They live outside the stacks, one per account. */
export const ACCOUNT_ROLES = {
  keyAdministrator: "srs-key-admin",
  bootstrap: "srs-bootstrap",
  auditor: "srs-auditor",
  breakGlass: "srs-break-glass",
  /** Plays archived events into a stream again. */
  replay: "srs-replay",
} as const;

/** Of the people who hand a campus system its credentials; outside the stacks, like the other roles of people. */
export function onboardingRole(system: string): string {
  return `srs-onboarding-${system}`;
}

export function roleName(suffix: string, role: Role): string {
  return physicalName(suffix, role, "iam");
}

export function roleArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/**
 * The identity with which continuous integration applies a layer.
 *
 * @param deployerSuffix  of the long-lived environment: a pull request's stack is deployed by dev's identities
 */
export function applyRoleName(deployerSuffix: string, layer: Layer): string {
  return ciRoleName(deployerSuffix, layer, "apply");
}

/** The identity with which continuous integration previews a layer: it reads settings and no content. */
export function planRoleName(deployerSuffix: string, layer: Layer): string {
  return ciRoleName(deployerSuffix, layer, "plan");
}

function ciRoleName(deployerSuffix: string, layer: Layer, verb: "plan" | "apply"): string {
  if (!LAYERS.includes(layer)) throw new Error(`"${layer}" is no layer. Use one of ${LAYERS.join(", ")}.`);
  return physicalName(deployerSuffix, `ci-${layer}-${verb}`, "iam");
}
