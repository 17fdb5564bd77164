/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
import { arn } from "../../identifiers.ts";
import { operations, type Input, type Use } from "../request.ts";

const on =
  (operation: string, kind: string, parameter: string) =>
  (input: Input): readonly Use[] => [
    { action: `rds:${operation}`, resource: arn("rds", `${kind}:${String(input[parameter] ?? "*")}`) },
  ];

export const rds = operations({
  DescribeDBClusters: on("DescribeDBClusters", "cluster", "DBClusterIdentifier"),
  DescribeDBInstances: on("DescribeDBInstances", "db", "DBInstanceIdentifier"),
  FailoverDBCluster: on("FailoverDBCluster", "cluster", "DBClusterIdentifier"),
});
