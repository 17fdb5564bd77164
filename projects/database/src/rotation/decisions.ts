/** What the rotation decides, from facts alone. */

export interface RotatedAt {
  readonly createdAt: Date;
}

/**
 * Which of the two logins the applications use: the one whose password is newer, and the first when both are as old.
 * They choose by the same rule, so the other is idle, apart from those that have not looked for some minutes and fall
 * back when their password is refused.
 */
export function loginInUse(a: RotatedAt, b: RotatedAt): "a" | "b" {
  return b.createdAt.getTime() > a.createdAt.getTime() ? "b" : "a";
}

/** What a step finds at the version that it is called for. */
export type VersionState = "pending" | "done";

/** @throws the version is not in a rotation: the call is late, or was never Secrets Manager's */
export function versionState(
  versions: Readonly<Record<string, readonly string[]>>,
  versionId: string,
  secretArn: string,
): VersionState {
  const labels = versions[versionId] ?? [];
  if (labels.includes("AWSCURRENT")) return "done";
  if (labels.includes("AWSPENDING")) return "pending";
  throw new Error(
    `Version ${versionId} of ${secretArn} is not being rotated: it carries ${labels.join(", ") || "no label"}, and ` +
      "AWSPENDING is expected. Look at the secret's versions, then rotate it again.",
  );
}

export interface ClientSecretAge {
  readonly id: string;
  readonly createdAt: Date;
}

/** How long a client may go on with the secret before the last one. */
export const OVERLAP_DAYS = 7;
const DAY_MS = 86_400_000;

/** The older of two client secrets, once the newer one has been there for the whole overlap. */
export function retiredSecret(held: readonly ClientSecretAge[], now: Date): ClientSecretAge | undefined {
  if (held.length < 2) return undefined;
  const [older, ...newer] = held.toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  return overlapEnds(newer).getTime() <= now.getTime() ? older : undefined;
}

/** When the older of two secrets stops to work. */
export function overlapEnds(held: readonly ClientSecretAge[]): Date {
  return new Date(Math.max(...held.map(({ createdAt }) => createdAt.getTime())) + OVERLAP_DAYS * DAY_MS);
}
