/** Ids and ARNs of RDS in their real forms. */
import { arn, newCapitalId } from "../../identifiers.ts";

/** Resource ids never change and are never used again: `cluster-…`, `db-…`. */
export function newDatabaseId(prefix: "cluster" | "db"): string {
  return newCapitalId(`${prefix}-`, 26);
}

export function rdsArn(kind: string, name: string): string {
  return arn("rds", `${kind}:${name}`);
}

/** What a policy names to allow `rds-db:connect`. */
export function databaseUserArn(clusterResourceId: string, user: string): string {
  return arn("rds-db", `dbuser:${clusterResourceId}/${user}`);
}
