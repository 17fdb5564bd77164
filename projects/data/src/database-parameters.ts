/** Settings of the cluster. Statements are logged without values: what a student is called does not belong in a log. */

export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

const dynamic = (name: string, value: string): Parameter => ({ name, value, applyMethod: "immediate" });
const fixed = (name: string, value: string): Parameter => ({ name, value, applyMethod: "pending-reboot" });

export const DATABASE_FAMILY = "aurora-postgresql17";

export const CLUSTER_PARAMETERS: readonly Parameter[] = [
  dynamic("rds.force_ssl", "1"),
  dynamic("ssl_min_protocol_version", "TLSv1.2"),
  dynamic("password_encryption", "scram-sha-256"),
  fixed("shared_preload_libraries", "pg_stat_statements,pgaudit"),
  dynamic("pgaudit.role", "rds_pgaudit"),
  dynamic("pgaudit.log", "ddl,role,write"),
  dynamic("pgaudit.log_parameter", "0"),
  dynamic("log_statement", "none"),
  dynamic("log_min_duration_statement", "1000"),
  dynamic("log_parameter_max_length", "0"),
  dynamic("log_parameter_max_length_on_error", "0"),
  // A failed statement's text and detail quote values: the row that broke a constraint, for instance.
  dynamic("log_error_verbosity", "terse"),
  dynamic("log_min_error_statement", "panic"),
  dynamic("log_connections", "1"),
  dynamic("log_disconnections", "1"),
  dynamic("idle_in_transaction_session_timeout", "30000"),
  dynamic("statement_timeout", "5000"),
  fixed("rds.logical_replication", "0"),
];
