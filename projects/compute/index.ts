import { ComputeContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { ApiService } from "./src/api-service.ts";
import { AuditExporter } from "./src/audit-exporter.ts";
import { Cluster } from "./src/cluster.ts";
import { Consumers } from "./src/consumers.ts";
import { DeploymentAlarms } from "./src/deployment-alarms.ts";
import { frontDoor } from "./src/front-door.ts";
import { Identity } from "./src/identity.ts";
import { LoadBalancer } from "./src/load-balancer.ts";
import { Migration } from "./src/migration.ts";
import { observability } from "./src/observability.ts";
import { RelayService } from "./src/relay-service.ts";
import { ServiceImage } from "./src/image.ts";

const migration = new Migration("migration", config);
const { uri: image, digest, repositoryArn } = new ServiceImage("image", config);
const identity = new Identity("identity", config);
const cluster = new Cluster("cluster", config, { repositoryArn });
const loadBalancer = new LoadBalancer("load-balancer", config);
const { names: deploymentAlarmNames } = new DeploymentAlarms("deployment-alarms", config, { loadBalancer });
const after = [migration.done];
const api = new ApiService("api", config, { cluster, image, loadBalancer, identity, deploymentAlarmNames, after });
const relay = new RelayService("relay", config, { cluster, image, after });
const consumers = new Consumers("consumers", config, { after });
const auditExporter = new AuditExporter("audit-exporter", config, { after });
const door = frontDoor(config, { loadBalancer, identity, after: [api.service] });

export const contractVersion = 2;
export const contract = publish(ComputeContract, {
  ...door.published,
  service: {
    clusterName: cluster.name,
    apiServiceName: api.name,
    relayServiceName: relay.name,
    imageDigest: digest,
    loadBalancerArnSuffix: loadBalancer.arnSuffix,
    targetGroupArnSuffix: loadBalancer.targetGroup.arnSuffix,
  },
  observability: observability(config, { loadBalancer, identity, door }),
  functions: { migration: migration.published, auditExporter: auditExporter.published, ...consumers.published },
});
