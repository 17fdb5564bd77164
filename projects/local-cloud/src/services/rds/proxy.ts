/** RDS Proxy: endpoints of their own that let in the users of the registered secrets and pass them to the targets. */
import { readingSecret } from "../../access/actions/secretsmanager.ts";
import type { Cloud } from "../../cloud.ts";
import { failures, fullyKnown, known, knownItems } from "../../known.ts";
import { newResourceId } from "../../identifiers.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { undoing } from "../../undo.ts";
import { identifierFault } from "./cluster-checks.ts";
import type { DatabaseCluster } from "./database-cluster.ts";
import type { Databases, RunningCluster } from "./databases.ts";
import { proxyDoor } from "./doors.ts";
import { subnetConflict, subnetFacts } from "./groups.ts";
import { rdsArn } from "./identifiers.ts";
import { clusterDestination, proxyDestination, proxyPlace } from "./places.ts";
import type { PostgresNode } from "./postgres-node.ts";
import { borrowTimeoutMs, requireProxy } from "./proxy-targets.ts";
import { PROXY, PROXY_ENDPOINT, PROXY_TARGET } from "./tokens.ts";

interface Auth {
  readonly authScheme?: string;
  readonly secretArn?: string;
  readonly iamAuth?: string;
  readonly clientPasswordAuthType?: string;
}

export function proxyType(databases: Databases): ResourceType {
  return {
    token: PROXY,
    autoName: "name",
    uniqueBy: ["name"],
    replaceOnChanges: ["name", "engineFamily", "vpcSubnetIds", "endpointNetworkType", "targetConnectionNetworkType"],
    computed: [
      "arn",
      "endpoint",
      "idleClientTimeout",
      "vpcSecurityGroupIds",
      "endpointNetworkType",
      "targetConnectionNetworkType",
    ],
    check: checkProxy,
    create: async (inputs, cloud) => {
      const name = inputs.name as string;
      const conflict = subnetConflict(cloud, inputs.vpcSubnetIds as string[]);
      if (conflict) throw new Error(conflict);
      const port = await openEndpoint(databases, cloud, { proxyName: name, key: `proxy/${name}`, role: "READ_WRITE" });
      return {
        id: name,
        outputs: {
          arn: rdsArn("db-proxy", newResourceId("prx")),
          endpoint: `127.0.0.1:${port}`,
          ...proxyDefaults(inputs),
        },
      };
    },
    update: async (_record, inputs) => proxyDefaults(inputs),
    delete: (record, cloud) => closeEndpoint(databases, cloud, `proxy/${record.id}`),
  };
}

function proxyDefaults(inputs: Properties): Properties {
  return {
    idleClientTimeout: inputs.idleClientTimeout ?? 1800,
    vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [],
    endpointNetworkType: inputs.endpointNetworkType ?? "IPV4",
    targetConnectionNetworkType: inputs.targetConnectionNetworkType ?? "IPV4",
  };
}

function checkProxy(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const fault = identifierFault(inputs.name, "DBProxyName");
    if (fault) refuse("name", fault);
    const { engineFamily, roleArn, vpcSubnetIds, idleClientTimeout } = inputs;
    if (known(engineFamily) && engineFamily !== "POSTGRESQL") {
      refuse("engineFamily", `The local cloud serves the proxy engine family POSTGRESQL, not ${String(engineFamily)}.`);
    }
    if (known(roleArn) && !/^arn:aws:iam::\d{12}:role\/.+/.test(String(roleArn))) {
      refuse("roleArn", `InvalidParameterValue: RoleArn ${String(roleArn)} is not the ARN of a role.`);
    }
    if (fullyKnown(vpcSubnetIds) && vpcSubnetIds.length < 2) {
      refuse("vpcSubnetIds", "InvalidParameterValue: A proxy needs subnets in at least two Availability Zones.");
    }
    if (known(idleClientTimeout) && !(idleClientTimeout >= 1 && idleClientTimeout <= 28_800)) {
      refuse(
        "idleClientTimeout",
        `InvalidParameterValue: IdleClientTimeout ${String(idleClientTimeout)} is not in 1 to 28800 seconds.`,
      );
    }
    const auths = knownItems<Auth>(inputs.auths);
    if (inputs.auths === undefined || auths?.length === 0) {
      refuse("auths", "InvalidParameterValue: A proxy needs at least one secret to authenticate with.");
    }
    for (const auth of auths ?? []) authFaults(auth, refuse);
  });
}

function authFaults(auth: Auth, refuse: (property: string, reason: string) => void): void {
  const { authScheme, secretArn, iamAuth, clientPasswordAuthType } = auth;
  if (known(authScheme) && authScheme !== "SECRETS")
    refuse("auths", `InvalidParameterValue: AuthScheme ${authScheme} is not valid; it is SECRETS.`);
  if (known(secretArn) && !/^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+/.test(secretArn)) {
    refuse("auths", `InvalidParameterValue: SecretArn ${secretArn} is not the ARN of a secret.`);
  }
  if (known(iamAuth) && iamAuth !== "DISABLED") {
    refuse("auths", `The local cloud's proxy serves clients with passwords: iamAuth DISABLED, not ${iamAuth}.`);
  }
  if (known(clientPasswordAuthType) && clientPasswordAuthType !== "POSTGRES_SCRAM_SHA_256") {
    refuse("auths", `The local cloud's proxy speaks POSTGRES_SCRAM_SHA_256, not ${clientPasswordAuthType}.`);
  }
}

export function proxyEndpointType(databases: Databases): ResourceType {
  return {
    token: PROXY_ENDPOINT,
    autoName: "dbProxyEndpointName",
    uniqueBy: ["dbProxyName", "dbProxyEndpointName"],
    replaceOnChanges: ["dbProxyName", "dbProxyEndpointName", "targetRole", "vpcSubnetIds"],
    computed: ["arn", "endpoint", "isDefault", "vpcId", "vpcSecurityGroupIds", "targetRole"],
    check: (inputs) =>
      failures((refuse) => {
        const fault = identifierFault(inputs.dbProxyEndpointName, "DBProxyEndpointName");
        if (fault) refuse("dbProxyEndpointName", fault);
        const { targetRole } = inputs;
        if (known(targetRole) && !["READ_ONLY", "READ_WRITE"].includes(String(targetRole))) {
          refuse(
            "targetRole",
            `InvalidParameterValue: TargetRole ${String(targetRole)} is not READ_WRITE or READ_ONLY.`,
          );
        }
      }),
    create: async (inputs, cloud) => {
      const proxyName = requireProxy(inputs, cloud).id;
      const subnetIds = inputs.vpcSubnetIds as string[];
      const conflict = subnetConflict(cloud, subnetIds);
      if (conflict) throw new Error(conflict);
      const id = `${proxyName}/${inputs.dbProxyEndpointName as string}`;
      const role = (inputs.targetRole as TargetRole | undefined) ?? "READ_WRITE";
      const place = { proxyName, endpointId: id, key: `proxy-endpoint/${id}`, role };
      const port = await openEndpoint(databases, cloud, place);
      return {
        id,
        outputs: {
          arn: rdsArn("db-proxy-endpoint", newResourceId("prx-endpoint")),
          endpoint: `127.0.0.1:${port}`,
          isDefault: false,
          vpcId: [...subnetFacts(cloud, subnetIds).vpcs][0] ?? null,
          vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [],
          targetRole: role,
        },
      };
    },
    delete: (record, cloud) => closeEndpoint(databases, cloud, `proxy-endpoint/${record.id}`),
  };
}

type TargetRole = "READ_WRITE" | "READ_ONLY";

interface ProxyPlace {
  readonly proxyName: string;
  /** Of an additional endpoint. */
  readonly endpointId?: string;
  readonly key: string;
  readonly role: TargetRole;
}

async function openEndpoint(databases: Databases, cloud: Cloud, endpoint: ProxyPlace): Promise<number> {
  return undoing(
    async (onFailure) => {
      const port = await cloud.ports.allocate(portPurpose(endpoint.key));
      onFailure(() => cloud.ports.release(portPurpose(endpoint.key)));
      await openProxyDoor(databases, cloud, { ...endpoint, port });
      return port;
    },
    (message) => cloud.log(message),
  );
}

/** Targets and secrets are looked up for each connection, so a registration or a failover counts at once. */
export async function openProxyDoor(
  databases: Databases,
  cloud: Cloud,
  endpoint: ProxyPlace & { port: number },
): Promise<void> {
  const { proxyName, key, role, port } = endpoint;
  const inputs = (): Properties => cloud.account.byId(PROXY, proxyName)?.inputs ?? {};
  const secretArns = (): readonly string[] =>
    ((inputs().auths as readonly Auth[] | undefined) ?? []).flatMap((auth) => auth.secretArn ?? []);
  const running = (): RunningCluster | undefined => {
    const target = cloud.account.ofType(PROXY_TARGET).find((record) => record.inputs.dbProxyName === proxyName);
    return target && databases.get(target.inputs.dbClusterIdentifier as string);
  };
  const cluster = (): DatabaseCluster | undefined => running()?.cluster;
  const target = (): PostgresNode | undefined =>
    role === "READ_ONLY" ? cluster()?.servingReader() : cluster()?.servingWriter();
  const tls = async () => ({
    context: await databases.secureContext("TLSv1.2"),
    required: inputs().requireTls === true,
  });
  const destination = () => proxyDestination(cloud, proxyName, endpoint.endpointId);
  const onward = () => {
    const identifier = running()?.identifier;
    return identifier === undefined
      ? undefined
      : { from: proxyPlace(cloud, proxyName), to: clusterDestination(cloud, identifier) };
  };
  const door = proxyDoor(
    { name: `${proxyName} (${role})`, host: "127.0.0.1", port, tls, destination, onward },
    {
      target,
      backends: () => cluster()?.nodes ?? [],
      users: () => databases.usersOf(readableSecrets(cloud, proxyName, secretArns())),
      borrowTimeoutMs: () => borrowTimeoutMs(cloud, proxyName),
    },
  );
  await databases.open(key, door);
}

/** Those that the proxy's role lets it read: a login in another one is not known to it. */
function readableSecrets(cloud: Cloud, proxyName: string, secretArns: readonly string[]): readonly string[] {
  const proxy = cloud.account.byId(PROXY, proxyName);
  const roleArn = String(proxy?.inputs.roleArn);
  const { access } = cloud;
  if (access.trustRefusal(roleArn, "rds.amazonaws.com", proxy?.arn) !== undefined) return [];
  return secretArns.filter((arn) => access.roleRefusal(roleArn, readingSecret(access.account, arn)) === undefined);
}

async function closeEndpoint(databases: Databases, cloud: Cloud, key: string): Promise<void> {
  await databases.close(key);
  await cloud.ports.release(portPurpose(key));
}

function portPurpose(key: string): string {
  return `rds-${key}`;
}
