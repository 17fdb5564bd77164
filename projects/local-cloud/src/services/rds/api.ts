/** The calls of RDS's API that this cloud answers: who writes in a cluster, and a failover for a drill. */
import { ApiFault, element, queryApi } from "../../aws-api/query-api.ts";
import type { ApiHandler, Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import type { Databases } from "./databases.ts";
import { CLUSTER } from "./tokens.ts";

const NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

export function rdsApi(cloud: Cloud, databases: Databases): ApiHandler {
  return queryApi(NAMESPACE, {
    DescribeDBClusters: (parameters) => describeClusters(cloud, databases, parameters),
    FailoverDBCluster: (parameters) => failOver(cloud, databases, parameters),
  });
}

function describeClusters(cloud: Cloud, databases: Databases, parameters: URLSearchParams): string {
  const identifier = parameters.get("DBClusterIdentifier");
  const records = identifier === null ? cloud.account.ofType(CLUSTER) : [requireCluster(cloud, identifier)];
  const clusters = records.map((record) => `<DBCluster>${clusterFields(databases, record)}</DBCluster>`);
  return `<DBClusters>${clusters.join("")}</DBClusters>`;
}

/** Answers when the failover has begun, as AWS does. */
function failOver(cloud: Cloud, databases: Databases, parameters: URLSearchParams): string {
  const record = requireCluster(cloud, parameters.get("DBClusterIdentifier") ?? "");
  const target = parameters.get("TargetDBInstanceIdentifier") ?? undefined;
  const { cluster } = databases.require(record.id);
  const writer = cluster.writer();
  if (target !== undefined && !cluster.node(target)) {
    throw new ApiFault("DBInstanceNotFound", `DBInstance ${target} not found.`);
  }
  if (!writer || target === writer.identifier || cluster.nodes.length < 2) {
    throw new ApiFault(
      "InvalidDBClusterStateFault",
      `Cluster ${record.id} cannot fail over: it needs a reader that is not the writer already.`,
    );
  }
  cluster
    .failOver(target)
    .catch((error: unknown) => cloud.log(`rds: failover of ${record.id}: ${(error as Error).message}`));
  return `<DBCluster>${clusterFields(databases, record)}</DBCluster>`;
}

function requireCluster(cloud: Cloud, identifier: string): ResourceRecord {
  const record = cloud.account.byId(CLUSTER, identifier);
  if (!record) throw new ApiFault("DBClusterNotFoundFault", `DBCluster ${identifier} not found.`);
  return record;
}

function clusterFields(databases: Databases, { id, arn, inputs, outputs }: ResourceRecord): string {
  const running = databases.get(id);
  const nodes = running?.cluster.nodes ?? [];
  const writer = running?.cluster.servingWriter();
  const available = writer !== undefined && nodes.every((node) => node.ready);
  const members = nodes.map(
    (node) =>
      `<DBClusterMember>${element("DBInstanceIdentifier", node.identifier)}` +
      `${element("IsClusterWriter", node === writer)}${element("PromotionTier", databases.promotionTier(node.identifier))}` +
      `${element("DBClusterParameterGroupStatus", "in-sync")}</DBClusterMember>`,
  );
  return (
    element("DBClusterIdentifier", id) +
    element("DBClusterArn", arn ?? "") +
    element("DbClusterResourceId", String(outputs.clusterResourceId)) +
    element("Engine", String(inputs.engine)) +
    element("Status", available ? "available" : "failing-over") +
    element("Endpoint", String(outputs.endpoint)) +
    element("ReaderEndpoint", String(outputs.readerEndpoint)) +
    element("Port", Number(outputs.port)) +
    `<DBClusterMembers>${members.join("")}</DBClusterMembers>`
  );
}
