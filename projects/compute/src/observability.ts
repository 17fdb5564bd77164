import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { Alarms } from "./alarms.ts";
import { watchedOf } from "./alarms/watching.ts";
import { Canary } from "./canary.ts";
import { Dashboards } from "./dashboards.ts";
import type { FrontDoor } from "./front-door.ts";
import type { Identity } from "./identity.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { Tracing } from "./tracing.ts";

export interface ObservabilityArgs {
  readonly loadBalancer: LoadBalancer;
  readonly identity: Identity;
  readonly door: FrontDoor;
}

/** What the contract tells of it. */
export interface Observability {
  readonly dashboardNames: pulumi.Output<string>[];
  readonly burnAlarmNames: pulumi.Output<string>[];
  readonly canaryName?: pulumi.Output<string>;
}

/** Everything that looks at the running system: traces, the canary, alarms, dashboards. */
export function observability(config: Config, { loadBalancer, identity, door }: ObservabilityArgs): Observability {
  const { gateway, published } = door;
  new Tracing("tracing", config, { gateway });
  const { canaryName } = new Canary("canary", config, {
    baseUrl: published.api.baseUrl,
    issuer: identity.issuer,
    clientSecretArns: published.identity.clientSecretArns,
  });
  const watched = watchedOf(config, { loadBalancer, gateway, identity });
  const { burnAlarmNames } = new Alarms("alarms", config, { watched, gateway });
  const { names: dashboardNames } = new Dashboards("dashboards", config, { watched });
  return { dashboardNames, burnAlarmNames, ...(canaryName && { canaryName }) };
}
