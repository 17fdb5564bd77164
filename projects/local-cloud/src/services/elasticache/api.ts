/** The calls of ElastiCache's API that this cloud answers: users and their passwords, and the state of a group. */
import { ApiFault, element, queryApi } from "../../aws-api/query-api.ts";
import type { ApiHandler, Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import { accessStringFault, passwordHash } from "./access-control.ts";
import type { CacheUser } from "./access-control.ts";
import { REPLICATION_GROUP, USER_GROUP } from "./tokens.ts";
import type { Caches } from "./caches.ts";
import { passwordFault } from "./checks.ts";

/** Keeps the passwords a user has, in the order they were given. */
const PASSWORDS_MAX = 2;
/** The only one of a group with cluster mode disabled. */
const NODE_GROUP = "0001";
const NAMESPACE = "http://elasticache.amazonaws.com/doc/2015-02-02/";

export function elasticacheApi(cloud: Cloud, caches: Caches): ApiHandler {
  return queryApi(NAMESPACE, {
    DescribeUsers: (parameters) => describeUsers(cloud, caches, parameters),
    ModifyUser: (parameters) => modifyUser(cloud, caches, parameters),
    DescribeReplicationGroups: (parameters) => describeReplicationGroups(cloud, caches, parameters),
    TestFailover: (parameters) => testFailover(cloud, caches, parameters),
  });
}

function describeUsers(cloud: Cloud, caches: Caches, parameters: URLSearchParams): string {
  const userId = parameters.get("UserId");
  const users = userId === null ? caches.users() : [requireUser(caches, userId)];
  return `<Users>${users.map((user) => `<member>${userFields(cloud, user)}</member>`).join("")}</Users>`;
}

/** Takes effect on every running server before it answers. The passwords given replace all there were. */
async function modifyUser(cloud: Cloud, caches: Caches, parameters: URLSearchParams): Promise<string> {
  const user = requireUser(caches, parameters.get("UserId") ?? "");
  const passwords = [...listOf(parameters, "Passwords"), ...listOf(parameters, "AuthenticationMode.Passwords")];
  if (passwords.length > PASSWORDS_MAX)
    throw new ApiFault("InvalidParameterValue", "A user has at most two passwords.");
  for (const password of passwords) refuse(passwordFault(password));
  const accessString = parameters.get("AccessString");
  const appended = parameters.get("AppendAccessString");
  if (accessString !== null) refuse(accessStringFault(accessString));
  if (appended !== null) refuse(accessStringFault(appended));
  const type = parameters.get("AuthenticationMode.Type");
  if (type === "iam")
    throw new ApiFault("InvalidParameterValue", "The local cloud does not serve IAM authentication of ElastiCache.");

  const noPassword = type === "no-password-required" || parameters.get("NoPasswordRequired") === "true";
  const changed: CacheUser = {
    ...user,
    accessString: [accessString ?? user.accessString, ...(appended === null ? [] : [appended])].join(" "),
    noPassword: noPassword || (user.noPassword && passwords.length === 0),
    passwordHashes: noPassword ? [] : passwords.length > 0 ? passwords.map(passwordHash) : user.passwordHashes,
  };
  await caches.putUser(changed);
  return userFields(cloud, changed);
}

function refuse(fault: string | undefined): void {
  if (fault === undefined) return;
  const [code, ...message] = fault.split(": ");
  throw new ApiFault(code!, message.join(": "));
}

function requireUser(caches: Caches, userId: string): CacheUser {
  const user = caches.user(userId);
  if (!user) throw new ApiFault("UserNotFound", `User ${userId} not found.`);
  return user;
}

/** Members of a list in the query protocol, in order: `Passwords.member.1=...`. */
function listOf(parameters: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; parameters.has(`${name}.member.${index}`); index++)
    values.push(parameters.get(`${name}.member.${index}`)!);
  return values;
}

function userFields(cloud: Cloud, user: CacheUser): string {
  const groups = cloud.account
    .ofType(USER_GROUP)
    .filter(({ inputs }) => (inputs.userIds as string[] | undefined)?.includes(user.userId))
    .map(({ id }) => id);
  const type = user.noPassword ? "no-password" : "password";
  return (
    element("UserId", user.userId) +
    element("UserName", user.userName) +
    element("Status", "active") +
    element("Engine", "redis") +
    element("MinimumEngineVersion", "6.0") +
    element("AccessString", user.accessString) +
    `<UserGroupIds>${groups.map((id) => element("member", id)).join("")}</UserGroupIds>` +
    `<Authentication>${element("Type", type)}${element("PasswordCount", user.passwordHashes.length)}</Authentication>` +
    element("ARN", arn("elasticache", `user:${user.userId}`))
  );
}

async function describeReplicationGroups(cloud: Cloud, caches: Caches, parameters: URLSearchParams): Promise<string> {
  const id = parameters.get("ReplicationGroupId");
  const records = id === null ? cloud.account.ofType(REPLICATION_GROUP) : [requireGroup(cloud, id)];
  const groups = records.map(
    async (record) => `<ReplicationGroup>${await groupFields(caches, record)}</ReplicationGroup>`,
  );
  return `<ReplicationGroups>${(await Promise.all(groups)).join("")}</ReplicationGroups>`;
}

/** Answers when the failover has begun, as AWS does. */
async function testFailover(cloud: Cloud, caches: Caches, parameters: URLSearchParams): Promise<string> {
  const record = requireGroup(cloud, parameters.get("ReplicationGroupId") ?? "");
  const nodeGroup = parameters.get("NodeGroupId") ?? "";
  if (nodeGroup !== NODE_GROUP) throw new ApiFault("NodeGroupNotFoundFault", `Node group ${nodeGroup} not found.`);
  const group = caches.get(record.id);
  if (record.inputs.automaticFailoverEnabled !== true || !group || group.nodes.length < 2) {
    throw new ApiFault(
      "TestFailoverNotAvailableFault",
      `Failover of ${record.id} is not available: it needs automatic failover and a replica.`,
    );
  }
  group
    .failOver()
    .catch((error: unknown) => cloud.log(`elasticache: failover of ${record.id}: ${(error as Error).message}`));
  return `<ReplicationGroup>${await groupFields(caches, record)}</ReplicationGroup>`;
}

function requireGroup(cloud: Cloud, id: string): ResourceRecord {
  const record = cloud.account.byId(REPLICATION_GROUP, id);
  if (!record) throw new ApiFault("ReplicationGroupNotFoundFault", `ReplicationGroup ${id} not found.`);
  return record;
}

async function groupFields(caches: Caches, { id, arn: groupArn, inputs, outputs }: ResourceRecord): Promise<string> {
  const group = caches.get(id);
  const live = new Set(await group?.liveNodes());
  const port = element("Port", Number(outputs.port));
  const endpoint = (name: string, address: unknown): string =>
    `<${name}>${element("Address", String(address))}${port}</${name}>`;
  const members = (group?.nodes ?? []).map(
    (node) =>
      `<NodeGroupMember>${element("CacheClusterId", node.name)}${element("CacheNodeId", "0001")}` +
      `${element("CurrentRole", node === group?.primary() ? "primary" : "replica")}</NodeGroupMember>`,
  );
  const available = (group?.nodes ?? []).every((node) => live.has(node.name));
  const status = element("Status", available ? "available" : "modifying");
  return (
    `${element("ReplicationGroupId", id)}${element("Description", String(inputs.description))}${status}` +
    `<MemberClusters>${(group?.nodes ?? []).map(({ name }) => element("ClusterId", name)).join("")}</MemberClusters>` +
    `<NodeGroups><NodeGroup>${element("NodeGroupId", NODE_GROUP)}${status}` +
    endpoint("PrimaryEndpoint", outputs.primaryEndpointAddress) +
    endpoint("ReaderEndpoint", outputs.readerEndpointAddress) +
    `<NodeGroupMembers>${members.join("")}</NodeGroupMembers></NodeGroup></NodeGroups>` +
    element("AutomaticFailover", inputs.automaticFailoverEnabled === true ? "enabled" : "disabled") +
    element("MultiAZ", inputs.multiAzEnabled === true ? "enabled" : "disabled") +
    element("ARN", groupArn ?? "")
  );
}
