/** Who may enter through which endpoint: the cluster's and the instances' own, and those of a proxy. */
import { connectingTo } from "../../access/actions/rds-db.ts";
import type { Cloud } from "../../cloud.ts";
import { OPERATOR_ARN } from "../../runtime/credentials.ts";
import { databaseUserArn } from "./identifiers.ts";
import { verifyIamToken } from "./iam-token.ts";
import type { Door } from "./postgres-front.ts";
import type { DatabaseCluster } from "./database-cluster.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { ADMIN_ROLE, IAM_ROLE, REPLICATION_ROLE } from "./volume.ts";
import { PostgresRefusal } from "./wire.ts";

/** How long the answer to "does this user log in with a token" is kept. */
const ROLE_CACHE_MS = 1_000;

export interface DoorPlace {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls: Door["tls"];
  readonly destination: Door["destination"];
}

/** The endpoint of a cluster or an instance: passwords go through to PostgreSQL, tokens are checked here. */
export function databaseDoor(
  cloud: Cloud,
  place: DoorPlace,
  cluster: DatabaseCluster,
  options: { target: () => PostgresNode | undefined; iamEnabled: () => boolean },
): Door {
  const usesToken = tokenUsers();
  return {
    ...place,
    backends: () => cluster.nodes,
    admit: async (startup) => {
      refuseInternal(startup.user);
      const backend = options.target();
      if (!backend)
        throw new PostgresRefusal("57P03", "the database system is not available: the cluster has no instance");
      return { backend, login: (await usesToken(backend, startup.user)) ? "iam-token" : "password" };
    },
    checkToken: (user, token) => {
      const verdict = options.iamEnabled()
        ? verifyIamToken(token, { endpoint: `${place.host}:${place.port}`, user, now: new Date() }, cloud.credentials)
        : { refused: "IAM authentication is not enabled on the cluster" };
      const reason =
        "refused" in verdict
          ? verdict.refused
          : connectRefusal(cloud, verdict.principalArn, databaseUserArn(cluster.resourceId, user));
      if (reason === undefined) return;
      cloud.log(`rds: ${place.name} refused the IAM token of the user ${user}: ${reason}`);
      throw new PostgresRefusal("28000", `PAM authentication failed for user "${user}"`);
    },
  };
}

/** The endpoint of a proxy: it knows the users its secrets name, and nobody else. */
export function proxyDoor(
  place: DoorPlace & Pick<Door, "onward">,
  options: {
    target: () => PostgresNode | undefined;
    backends: () => readonly PostgresNode[];
    /** Names in the registered secrets, as Secrets Manager has them now. */
    users: () => Promise<ReadonlySet<string>>;
    /** `connectionBorrowTimeout` of the target group. */
    borrowTimeoutMs: () => number;
  },
): Door {
  return {
    ...place,
    backends: options.backends,
    borrowTimeoutMs: options.borrowTimeoutMs,
    admit: async ({ user }) => {
      refuseInternal(user);
      if (!(await options.users()).has(user)) {
        throw new PostgresRefusal(
          "28000",
          `This RDS proxy has no credentials for the role ${user}. Check the credentials for this role and try again.`,
        );
      }
      const backend = options.target();
      if (!backend)
        throw new PostgresRefusal(
          "57P03",
          "Timed-out waiting to acquire database connection: the proxy has no available target",
        );
      return { backend, login: "password" };
    },
    checkToken: () => {
      throw new PostgresRefusal("28000", "IAM authentication is disabled on this RDS proxy");
    },
  };
}

/** Why a principal's policies do not allow `rds-db:connect` to a database user; undefined when they do. */
function connectRefusal(cloud: Cloud, principalArn: string, databaseUserArn: string): string | undefined {
  if (principalArn === OPERATOR_ARN) return undefined;
  return cloud.access.roleRefusal(principalArn, connectingTo(databaseUserArn));
}

function refuseInternal(user: string): void {
  if (user !== ADMIN_ROLE && user !== REPLICATION_ROLE) return;
  throw new PostgresRefusal("28000", `pg_hba.conf rejects connection for user "${user}"`);
}

/** Asks PostgreSQL whether a user is in `rds_iam`; an unknown user is not, and is refused by PostgreSQL itself. */
function tokenUsers(): (node: PostgresNode, user: string) => Promise<boolean> {
  const answers = new Map<string, { readonly until: number; readonly answer: Promise<boolean> }>();
  return (node, user) => {
    const kept = answers.get(user);
    if (kept && kept.until > Date.now()) return kept.answer;
    const answer = isTokenUser(node, user);
    answers.set(user, { until: Date.now() + ROLE_CACHE_MS, answer });
    const forget = (): void => void answers.delete(user);
    answer.catch(forget);
    setTimeout(forget, ROLE_CACHE_MS).unref();
    return answer;
  };
}

async function isTokenUser(node: PostgresNode, user: string): Promise<boolean> {
  try {
    const rows = await node.query<{ member: boolean }>(
      "select pg_has_role(oid, $2, 'usage') as member from pg_roles where rolname = $1 and not rolsuper",
      [user, IAM_ROLE],
    );
    return rows[0]?.member ?? false;
  } catch {
    throw new PostgresRefusal("57P03", "the database system is not available");
  }
}
