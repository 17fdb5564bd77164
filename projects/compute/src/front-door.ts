import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { Firewall } from "./firewall.ts";
import { Gateway, type GatewayArgs } from "./gateway.ts";
import { UsagePlans } from "./usage-plans.ts";

export interface FrontDoor {
  readonly gateway: Gateway;
  /** What the contract tells of the way in. */
  readonly published: {
    readonly api: Gateway["published"];
    readonly identity: GatewayArgs["identity"]["published"] & {
      readonly apiKeyIds: Readonly<Record<string, pulumi.Output<string>>>;
      readonly clientSecretArns: Readonly<Record<string, pulumi.Output<string>>>;
    };
  };
}

/** All that stands between a caller and the service: firewall, gateway, plans, and where callers fetch what they show. */
export function frontDoor(config: Config, args: GatewayArgs): FrontDoor {
  const { identity } = args;
  const gateway = new Gateway("gateway", config, args);
  const usagePlans = new UsagePlans("usage-plans", config, { gateway });
  new Firewall("firewall", config, { gateway, usagePlans });
  const { secretArns } = new ClientCredentials("client-credentials", config, { identity, usagePlans });
  return {
    gateway,
    published: {
      api: gateway.published,
      identity: { ...identity.published, apiKeyIds: usagePlans.apiKeyIds, clientSecretArns: secretArns },
    },
  };
}
