/** The calls of ElastiCache's API that this cloud answers: users and their passwords, and the state of a group. */
import { randomUUID } from "node:crypto";
import { escapeXml, faultResponse } from "../../aws-api/errors.ts";
import type { ApiHandler, ApiResponse, Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { accessStringFault, passwordHash } from "./access-control.ts";
import type { CacheUser } from "./access-control.ts";
import { REPLICATION_GROUP, USER_GROUP } from "./tokens.ts";
import type { Caches } from "./caches.ts";
import { passwordFault } from "./checks.ts";

/** Keeps the passwords a user has, in the order they were given. */
const PASSWORDS_MAX = 2;
const NAMESPACE = "http://elasticache.amazonaws.com/doc/2015-02-02/";

class ApiFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function elasticacheApi(cloud: Cloud, caches: Caches): ApiHandler {
  const answers: Readonly<Record<string, (parameters: URLSearchParams) => string | Promise<string>>> = {
    DescribeUsers: (parameters) => describeUsers(cloud, caches, parameters),
    ModifyUser: (parameters) => modifyUser(cloud, caches, parameters),
    DescribeReplicationGroups: (parameters) => describeReplicationGroups(cloud, caches, parameters),
  };
  return async ({ action, body }) => {
    const answer = answers[action];
    if (!answer) return undefined;
    try {
      return success(action, await answer(new URLSearchParams(body.toString("utf8"))));
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      return faultResponse("query", {
        code: error.code,
        message: error.message,
        status: error.code.endsWith("NotFound") ? 404 : 400,
      });
    }
  };
}

function success(action: string, result: string): ApiResponse {
  const body =
    `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
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
  const records = cloud.account.ofType(REPLICATION_GROUP).filter((record) => id === null || record.id === id);
  if (id !== null && records.length === 0)
    throw new ApiFault("ReplicationGroupNotFoundFault", `ReplicationGroup ${id} not found.`);
  const groups = records.map(async ({ id: groupId, arn: groupArn, inputs, outputs }) => {
    const group = caches.get(groupId);
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
      `<ReplicationGroup>${element("ReplicationGroupId", groupId)}${element("Description", String(inputs.description))}${status}` +
      `<MemberClusters>${(group?.nodes ?? []).map(({ name }) => element("ClusterId", name)).join("")}</MemberClusters>` +
      `<NodeGroups><NodeGroup>${element("NodeGroupId", "0001")}${status}` +
      endpoint("PrimaryEndpoint", outputs.primaryEndpointAddress) +
      endpoint("ReaderEndpoint", outputs.readerEndpointAddress) +
      `<NodeGroupMembers>${members.join("")}</NodeGroupMembers></NodeGroup></NodeGroups>` +
      element("AutomaticFailover", inputs.automaticFailoverEnabled === true ? "enabled" : "disabled") +
      element("MultiAZ", inputs.multiAzEnabled === true ? "enabled" : "disabled") +
      element("ARN", groupArn ?? "") +
      "</ReplicationGroup>"
    );
  });
  return `<ReplicationGroups>${(await Promise.all(groups)).join("")}</ReplicationGroups>`;
}

function element(name: string, value: string | number): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}
