import { ComputeContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { ApiService } from "./src/api-service.ts";
import { CacheInvalidator } from "./src/cache-invalidator.ts";
import { Cluster } from "./src/cluster.ts";
import { Firewall } from "./src/firewall.ts";
import { Gateway } from "./src/gateway.ts";
import { Identity } from "./src/identity.ts";
import { LoadBalancer } from "./src/load-balancer.ts";
import { Migration } from "./src/migration.ts";
import { RelayService } from "./src/relay-service.ts";
import { ServiceImage } from "./src/image.ts";
import { UsagePlans } from "./src/usage-plans.ts";

const migration = new Migration("migration", config);
const { uri: image, digest, repositoryArn } = new ServiceImage("image", config);
const identity = new Identity("identity", config);
const cluster = new Cluster("cluster", config, { repositoryArn });
const loadBalancer = new LoadBalancer("load-balancer", config);
const after = [migration.done];
const api = new ApiService("api", config, { cluster, image, loadBalancer, identity, after });
const relay = new RelayService("relay", config, { cluster, image, after });
const invalidator = new CacheInvalidator("cache-invalidator", config, { after });
const gateway = new Gateway("gateway", config, { loadBalancer, identity, after: [api.service] });
const usagePlans = new UsagePlans("usage-plans", config, { gateway });
new Firewall("firewall", config, { gateway, usagePlans });

export const contractVersion = 2;
export const contract = publish(ComputeContract, {
  api: gateway.published,
  identity: { ...identity.published, apiKeyIds: usagePlans.apiKeyIds, clientSecretArns: {} },
  service: {
    clusterName: cluster.name,
    apiServiceName: api.name,
    relayServiceName: relay.name,
    imageDigest: digest,
    loadBalancerArnSuffix: loadBalancer.arnSuffix,
    targetGroupArnSuffix: loadBalancer.targetGroup.arnSuffix,
  },
  functions: { migration: migration.published, cacheInvalidator: invalidator.published },
});
