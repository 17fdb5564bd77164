/** What a proxy connects to: its target group with the settings of the pool, and the cluster that is registered in it. */
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import { newResourceId } from "../../identifiers.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import type { Databases } from "./databases.ts";
import { rdsArn } from "./identifiers.ts";
import { CLUSTER, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "./tokens.ts";

const DEFAULT_BORROW_TIMEOUT_SECONDS = 120;

export function proxyDefaultTargetGroupType(): ResourceType {
  const poolConfig = (inputs: Properties): Properties => ({
    connectionBorrowTimeout: DEFAULT_BORROW_TIMEOUT_SECONDS,
    maxConnectionsPercent: 100,
    maxIdleConnectionsPercent: 50,
    sessionPinningFilters: [],
    ...(inputs.connectionPoolConfig as Properties | undefined),
  });
  return {
    token: PROXY_TARGET_GROUP,
    uniqueBy: ["dbProxyName"],
    replaceOnChanges: ["dbProxyName"],
    computed: ["arn", "name", "connectionPoolConfig"],
    check: ({ connectionPoolConfig: pool }) =>
      failures((refuse) => {
        if (!known(pool)) return;
        const { maxConnectionsPercent, maxIdleConnectionsPercent, connectionBorrowTimeout } = pool as Properties;
        const outside = (value: number | undefined, min: number, max: number): boolean =>
          known(value) && !(value >= min && value <= max);
        if (outside(maxConnectionsPercent, 1, 100))
          refuse("connectionPoolConfig", "InvalidParameterValue: MaxConnectionsPercent must be 1 to 100.");
        if (outside(maxIdleConnectionsPercent, 0, (maxConnectionsPercent as number | undefined) ?? 100)) {
          refuse(
            "connectionPoolConfig",
            "InvalidParameterValue: MaxIdleConnectionsPercent must be 0 to MaxConnectionsPercent.",
          );
        }
        if (outside(connectionBorrowTimeout, 0, 300))
          refuse("connectionPoolConfig", "InvalidParameterValue: ConnectionBorrowTimeout must be 0 to 300 seconds.");
      }),
    create: async (inputs, cloud) => {
      const proxyName = requireProxy(inputs, cloud).id;
      return {
        id: proxyName,
        outputs: {
          arn: rdsArn("target-group", newResourceId("prx-tg")),
          name: "default",
          connectionPoolConfig: poolConfig(inputs),
        },
      };
    },
    update: async (_record, inputs) => ({ connectionPoolConfig: poolConfig(inputs) }),
  };
}

export function proxyTargetType(databases: Databases): ResourceType {
  return {
    token: PROXY_TARGET,
    replaceOnChanges: ["dbProxyName", "targetGroupName", "dbClusterIdentifier", "dbInstanceIdentifier"],
    computed: ["endpoint", "port", "rdsResourceId", "targetArn", "trackedClusterId", "type"],
    check: (inputs) =>
      failures((refuse) => {
        if (inputs.dbInstanceIdentifier !== undefined) {
          refuse("dbInstanceIdentifier", "The local cloud's proxy takes a cluster as target (dbClusterIdentifier).");
        } else if (inputs.dbClusterIdentifier === undefined) {
          refuse("dbClusterIdentifier", "InvalidParameterValue: A target needs dbClusterIdentifier.");
        }
      }),
    create: async (inputs, cloud) => {
      const proxyName = requireProxy(inputs, cloud).id;
      const identifier = inputs.dbClusterIdentifier as string;
      const running = databases.require(identifier);
      if (!running.cluster.writer()) {
        throw new Error(
          `InvalidDBClusterStateFault: DB cluster ${identifier} has no available instance to register. Create an instance first.`,
        );
      }
      const cluster = cloud.account.byId(CLUSTER, identifier);
      return {
        id: `${proxyName}/${inputs.targetGroupName as string}/TRACKED_CLUSTER/${identifier}`,
        outputs: {
          endpoint: cluster?.outputs.endpoint ?? null,
          port: cluster?.outputs.port ?? null,
          rdsResourceId: identifier,
          targetArn: rdsArn("cluster", identifier),
          trackedClusterId: identifier,
          type: "TRACKED_CLUSTER",
        },
      };
    },
  };
}

/** How long a client of a proxy waits for a connection to the database. */
export function borrowTimeoutMs(cloud: Cloud, proxyName: string): number {
  const pool = cloud.account.byId(PROXY_TARGET_GROUP, proxyName)?.outputs.connectionPoolConfig as
    { connectionBorrowTimeout?: number } | undefined;
  return (pool?.connectionBorrowTimeout ?? DEFAULT_BORROW_TIMEOUT_SECONDS) * 1000;
}

export function requireProxy(inputs: Properties, cloud: Cloud): ResourceRecord {
  const name = inputs.dbProxyName as string;
  const proxy = cloud.account.byId(PROXY, name);
  if (!proxy) throw new Error(`DBProxyNotFoundFault: DB proxy ${name} doesn't exist.`);
  return proxy;
}
