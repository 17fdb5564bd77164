/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html */
import { arn } from "../../identifiers.ts";
import { operations, type Input, type Use } from "../request.ts";

/** A description of everything is asked of everything. */
const on =
  (operation: string, kind: string, parameter: string) =>
  (input: Input): readonly Use[] => [
    { action: `elasticache:${operation}`, resource: arn("elasticache", `${kind}:${String(input[parameter] ?? "*")}`) },
  ];

export const elasticache = operations({
  DescribeReplicationGroups: on("DescribeReplicationGroups", "replicationgroup", "ReplicationGroupId"),
  DescribeUsers: on("DescribeUsers", "user", "UserId"),
  ModifyUser: on("ModifyUser", "user", "UserId"),
  TestFailover: on("TestFailover", "replicationgroup", "ReplicationGroupId"),
});
