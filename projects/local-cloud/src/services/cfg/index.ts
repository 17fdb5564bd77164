import type { Cloud, Service } from "../../cloud.ts";
import { conformancePack } from "./conformance-pack.ts";
import { deliveryChannel } from "./delivery-channel.ts";
import { recorder, recorderStatus } from "./recorder.ts";
import { rule } from "./rule.ts";

/** AWS Config under its name in Pulumi. Recorded and checked: no configuration is recorded, no rule evaluated. */
export function cfgService(_cloud: Cloud): Service {
  return { name: "cfg", resources: [recorder, deliveryChannel, recorderStatus, rule, conformancePack] };
}
