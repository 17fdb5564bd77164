/** From the parameters of an RDS parameter group to the settings of the PostgreSQL that runs here. */
import type { SettingContext } from "./postgres-binaries.ts";

export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod?: string;
}

/** Parameters AWS has and PostgreSQL alone has not. Their effect, where there is one here, is said in the README. */
const AWS_PREFIXES = [
  "rds.",
  "apg_",
  "aurora_",
  "aurora.",
  "pgaudit.",
  "auto_explain.",
  "pg_stat_statements.",
  "cron.",
  "babelfishpg_",
];

/** AWS's own parameters that need a restart. */
const AWS_STATIC = new Set([
  "rds.logical_replication",
  "rds.babelfish_status",
  "pg_stat_statements.max",
  "cron.database_name",
]);

/** Served by the door in front of PostgreSQL, which is where TLS ends. */
const DOOR_PARAMETERS = new Set(["ssl_min_protocol_version", "ssl_max_protocol_version", "ssl_ciphers"]);

/** Where a server listens and keeps its files is AWS's business, and here the cloud's. */
const NOT_MODIFIABLE = new Set([
  ...["listen_addresses", "port", "data_directory", "config_file", "hba_file", "ident_file", "external_pid_file"],
  ...["unix_socket_directories", "unix_socket_permissions", "unix_socket_group", "allow_alter_system", "fsync"],
  ...["full_page_writes", "primary_conninfo", "primary_slot_name", "hot_standby", "wal_level", "log_directory"],
  ...["synchronous_standby_names", "wal_retrieve_retry_interval", "wal_receiver_status_interval"],
  ...["log_filename", "logging_collector", "ssl", "ssl_cert_file", "ssl_key_file", "ssl_ca_file", "archive_command"],
]);

/** Why AWS would refuse this parameter; undefined when it takes it. */
export function parameterFault(
  parameter: Parameter,
  contexts: ReadonlyMap<string, SettingContext>,
): string | undefined {
  const { name } = parameter;
  const context = contexts.get(name);
  const ofAws = AWS_PREFIXES.some((prefix) => name.startsWith(prefix));
  if (NOT_MODIFIABLE.has(name)) return `InvalidParameterValue: The parameter ${name} cannot be modified.`;
  if (context === undefined && !ofAws) return `InvalidParameterValue: Could not find parameter with name: ${name}`;
  const isStatic = context === "postmaster" || AWS_STATIC.has(name);
  if (isStatic && (parameter.applyMethod ?? "immediate") === "immediate") {
    return `InvalidParameterCombination: cannot use immediate apply method for static parameter ${name}`;
  }
  return undefined;
}

export interface SettingPlan {
  readonly settings: Readonly<Record<string, string>>;
  /** Parameters without an effect in this PostgreSQL, with the reason. */
  readonly skipped: readonly string[];
}

/** What to write into PostgreSQL's configuration. */
export function planSettings(
  parameters: readonly Parameter[],
  contexts: ReadonlyMap<string, SettingContext>,
  libraries: ReadonlySet<string>,
): SettingPlan {
  const settings: Record<string, string> = {};
  const skipped: string[] = [];
  const preload = parameters.find((parameter) => parameter.name === "shared_preload_libraries")?.value.split(",") ?? [];
  const loaded = preload.map((library) => library.trim()).filter((library) => libraries.has(library));

  for (const { name, value } of parameters) {
    if (DOOR_PARAMETERS.has(name) || name === "rds.force_ssl") continue;
    if (name === "shared_preload_libraries") {
      settings[name] = loaded.join(",");
      for (const library of preload.filter((library) => !libraries.has(library.trim()))) {
        skipped.push(`library ${library.trim()} (not part of these PostgreSQL binaries)`);
      }
    } else if (!contexts.has(name)) {
      const extension = name.split(".")[0]!;
      if (loaded.includes(extension)) settings[name] = value;
      else
        skipped.push(`${name} (${name.startsWith("rds.") ? "of RDS itself" : `of ${extension}, which is not loaded`})`);
    } else if (value.includes("{")) {
      skipped.push(`${name} (a formula over an instance class's memory)`);
    } else {
      settings[name] = value;
    }
  }
  return { settings, skipped };
}

/** A line of `postgresql.conf`. */
export function settingLine(name: string, value: string): string {
  return `${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** What the door in front of PostgreSQL takes from the parameter group; the defaults are those of PostgreSQL 15 and later on RDS. */
export function doorSettings(parameters: readonly Parameter[]): {
  requireTls: boolean;
  minVersion: "TLSv1.2" | "TLSv1.3";
} {
  const value = (name: string): string | undefined => parameters.find((parameter) => parameter.name === name)?.value;
  return {
    requireTls: (value("rds.force_ssl") ?? "1") !== "0",
    minVersion: value("ssl_min_protocol_version") === "TLSv1.3" ? "TLSv1.3" : "TLSv1.2",
  };
}
