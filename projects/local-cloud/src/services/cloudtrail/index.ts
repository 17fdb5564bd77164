import type { Cloud, Service } from "../../cloud.ts";
import { trail } from "./trail.ts";

/** The trail is recorded and checked: nothing on this machine writes to it. */
export function cloudtrailService(_cloud: Cloud): Service {
  return { name: "cloudtrail", resources: [trail] };
}
