/** Redis users: what ElastiCache takes as an access string, and what the servers are told. Pure. */
import { createHash } from "node:crypto";

/** A user as the servers know it. Passwords are known by their hash only. */
export interface CacheUser {
  readonly userId: string;
  readonly userName: string;
  readonly accessString: string;
  readonly noPassword: boolean;
  readonly passwordHashes: readonly string[];
}

const TOKEN = new RegExp(
  [
    "on|off|allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands",
    "~\\S+|%(R|W|RW)~\\S+|&\\S+",
    "[+-]@?[a-z][a-z0-9_-]*(\\|[a-z0-9_-]+)?",
  ]
    .map((part) => `^(${part})$`)
    .join("|"),
  "i",
);

/** Commands ElastiCache keeps for itself, taken away last so that no access string brings them back. */
const RESERVED_COMMANDS = [
  ...["bgrewriteaof", "bgsave", "config", "debug", "failover", "migrate", "module", "psync", "replicaof", "save"],
  ...["shutdown", "slaveof", "sync", "acl|deluser", "acl|load", "acl|save", "acl|setuser"],
].map((command) => `-${command}`);

export function passwordHash(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}

/** Why ElastiCache would refuse an access string; undefined when it takes it. A fault never repeats a password. */
export function accessStringFault(accessString: string): string | undefined {
  const tokens = accessString.trim().split(/\s+/);
  if (tokens.some((token) => /^[><#!]|^(nopass|resetpass)$/i.test(token))) {
    return "InvalidParameterValue: Access string must not contain passwords; use passwords or authenticationMode.";
  }
  const strange = tokens.find((token) => !TOKEN.test(token));
  if (strange !== undefined) return `InvalidParameterValue: Access string has an invalid part: "${strange}".`;
  return undefined;
}

/** Everything about a user, as arguments of `ACL SETUSER <name>` or as the rest of a line in an ACL file. */
export function userRules(user: CacheUser): readonly string[] {
  const password = user.noPassword ? ["nopass"] : user.passwordHashes.map((hash) => `#${hash}`);
  return [...user.accessString.trim().split(/\s+/), ...RESERVED_COMMANDS, ...password];
}

export interface ServerUser {
  readonly name: string;
  readonly rules: readonly string[];
}

/** The file a server reads at its start: hashes, never passwords. */
export function aclFile(users: readonly ServerUser[]): string {
  return users.map(({ name, rules }) => `user ${name} ${rules.join(" ")}\n`).join("");
}

/** The cloud's own users on each server. Whoever has them runs this cloud: their passwords derive from its key. */
export function internalUsers(passwords: { admin: string; replication: string }): readonly ServerUser[] {
  return [
    { name: ADMIN_USER, rules: ["on", "~*", "&*", "+@all", `#${passwordHash(passwords.admin)}`] },
    {
      name: REPLICATION_USER,
      rules: ["on", "-@all", "+psync", "+replconf", "+ping", `#${passwordHash(passwords.replication)}`],
    },
  ];
}
export const ADMIN_USER = "aws-elasticache-admin";
export const REPLICATION_USER = "aws-elasticache-replication";
