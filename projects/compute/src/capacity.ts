import type { Sizing } from "@records/conventions";

interface CapacityShare {
  readonly capacityProvider: "FARGATE" | "FARGATE_SPOT";
  /** So many tasks run there before the weights count. Only one provider may have it. */
  readonly base?: number;
  readonly weight: number;
}

/** The first two tasks on capacity that stays; where the environment bears it, half of the others on what AWS may take back. */
export function capacityStrategy({ fargateSpot }: Pick<Sizing, "fargateSpot">): CapacityShare[] {
  const lasting: CapacityShare = { capacityProvider: "FARGATE", base: 2, weight: 1 };
  return fargateSpot ? [lasting, { capacityProvider: "FARGATE_SPOT", weight: 1 }] : [lasting];
}
