import * as pulumi from "@pulumi/pulumi";
import { serviceNamespace } from "@records/contracts";
import type { Config } from "../../config.ts";
import { CONSUMERS } from "../consumer-table.ts";
import type { Gateway } from "../gateway.ts";
import type { Identity } from "../identity.ts";
import type { LoadBalancer } from "../load-balancer.ts";
import { STAGE } from "../names.ts";
import type { Watched } from "./watched.ts";

export interface WatchedParts {
  readonly loadBalancer: LoadBalancer;
  readonly gateway: Gateway;
  readonly identity: Identity;
}

/** Two tasks, or the one that the smallest environment has. */
export function healthyTasksMin({ settings }: Pick<Config, "settings">): number {
  return Math.min(2, settings.sizing.api.tasks.min);
}

/** Puts together what the alarms and dashboards of this stack look at. */
export function watchedOf(config: Config, { loadBalancer, gateway, identity }: WatchedParts): Watched {
  const { settings, data } = config;
  const { sizing } = settings;
  const tail = (arn: pulumi.Input<string>, separator: string) =>
    pulumi.output(arn).apply((text) => text.slice(text.lastIndexOf(separator) + 1));
  return {
    suffix: settings.suffix,
    region: settings.region,
    service: serviceNamespace(settings.suffix),
    gateway: {
      apiName: settings.name("records", "apiGateway"),
      stage: STAGE,
      firewall: settings.name("api", "wafAcl"),
    },
    loadBalancer: {
      arnSuffix: loadBalancer.arnSuffix,
      targetGroupArnSuffix: loadBalancer.targetGroup.arnSuffix,
    },
    healthyTasksMin: healthyTasksMin(config),
    cluster: {
      name: settings.name("platform", "ecs"),
      api: settings.name("api", "ecs"),
      relay: settings.name("relay", "ecs"),
    },
    stream: data.streams.studentEvents.name,
    consumers: CONSUMERS.map(({ purpose }) => ({
      purpose,
      registered: settings.name(purpose, "kinesis"),
      function: settings.name(`consumer-${purpose}`, "lambda"),
    })),
    deadLetterQueues: CONSUMERS.map(({ name, purpose }) => ({
      purpose,
      queue: tail(data.deadLetterQueues[name].arn, ":"),
    })),
    database: { cluster: data.database.clusterIdentifier, proxy: data.database.proxyName },
    cacheNodes: Array.from({ length: sizing.cache.nodes }, (_, index) => {
      const number = String(index + 1).padStart(3, "0");
      return { number, id: pulumi.interpolate`${data.cache.replicationGroupId}-${number}` };
    }),
    userPool: { id: identity.published.userPoolId, detectsRisks: sizing.userPoolTier === "PLUS" },
    rotationFunction: tail(data.rotationFunctionArn, ":"),
    auditExporter: settings.name("audit-exporter", "lambda"),
    refusals: { namespace: `srs/${settings.suffix}/gateway`, name: "requests-refused" },
    canary: canaryOf(config),
    fileSystem: data.files.fileSystemId,
    certificates: [
      { purpose: "api-internal", arn: loadBalancer.certificateArn },
      { purpose: "api", arn: gateway.certificateArn },
    ],
    trailLogGroup: config.security.trail.apply((trail) => trail?.logGroupName ?? ""),
  };
}

/** Name and rhythm of the canary, where one runs. */
export function canaryOf({ settings }: Pick<Config, "settings">): Watched["canary"] {
  const { canarySchedule } = settings.sizing;
  const minutes = /^rate\((\d+) minutes?\)$/.exec(canarySchedule ?? "")?.[1];
  if (canarySchedule === null) return undefined;
  if (minutes === undefined)
    throw new Error(
      `The canary's schedule "${canarySchedule}" is not rate(n minutes). Correct it in the sizing table.`,
    );
  return { name: settings.name("api", "synthetics"), everySeconds: Number(minutes) * 60 };
}
