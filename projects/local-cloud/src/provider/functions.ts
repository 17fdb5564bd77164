import type { Cloud } from "../cloud.ts";
import type { Registry } from "../registry.ts";
import { UNKNOWN } from "../resource-type.ts";
import type { DecodedProperties } from "./wire-values.ts";

/** Calls a data source. The result is secret where an argument was, since it may repeat it. */
export async function invoke(
  registry: Registry,
  cloud: Cloud,
  token: string,
  args: DecodedProperties,
): Promise<DecodedProperties> {
  const fn = registry.function(token);
  const unknown = Object.keys(args.properties).filter((name) => args.properties[name] === UNKNOWN);
  if (unknown.length > 0) {
    throw new Error(
      `${token} was called with ${unknown.join(", ")} not known yet. Call it inside apply(), or by its Output form.`,
    );
  }
  const properties = await fn.invoke(args.properties, cloud);
  return { properties, secretProperties: new Set(args.secretProperties.size > 0 ? Object.keys(properties) : []) };
}
