import type { Cloud, Service } from "../cloud.ts";
import { createRegistry } from "../registry.ts";

export interface DiscardRequest {
  readonly urns: readonly string[];
  /** Ids the engine knows: during a replacement the old resource has the same URN and must stay. */
  readonly keepIds: readonly string[];
}

/**
 * Removes what creations left that the engine never heard the end of: it was killed while the cloud went on.
 * To the engine these resources do not exist, so nobody else would ever remove them.
 */
export async function discard(
  cloud: Cloud,
  services: readonly Service[],
  { urns, keepIds }: DiscardRequest,
): Promise<readonly string[]> {
  const registry = createRegistry(services);
  const left = cloud.account.all().filter(({ urn, id }) => urns.includes(urn) && !keepIds.includes(id));
  for (const record of left.toReversed()) {
    await registry.resource(record.type).delete?.(record, cloud);
    await cloud.account.remove(record.urn, record.id);
    cloud.log(`${record.urn}: removed ${record.id}, whose creation was cut short`);
  }
  return left.map((record) => record.id);
}
