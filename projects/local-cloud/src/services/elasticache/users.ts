/** Users and user groups. A user's passwords are kept as hashes, and only those that counted last. */
import { arn } from "../../identifiers.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { passwordHash } from "./access-control.ts";
import type { CacheUser } from "./access-control.ts";
import { REPLICATION_GROUP, USER_GROUP } from "./tokens.ts";
import type { Caches } from "./caches.ts";
import { checkUser, checkUserGroup } from "./checks.ts";

export const USER = "aws:elasticache/user:User";

export function userType(caches: Caches): ResourceType {
  return {
    token: USER,
    uniqueBy: ["userId"],
    replaceOnChanges: ["userId", "userName", "engine"],
    computed: ["arn", "authenticationMode"],
    check: checkUser,
    create: async (inputs) => {
      const userId = inputs.userId as string;
      await caches.putUser(userOf(inputs));
      return { id: userId, outputs: { arn: arn("elasticache", `user:${userId}`), ...authenticationOf(inputs) } };
    },
    read: (record) => {
      const user = caches.user(record.id);
      return Promise.resolve(user && { userName: user.userName, accessString: user.accessString });
    },
    // Only a password that the program changed is set: the API may have set another one since (ModifyUser).
    update: async (record, inputs) => {
      const kept = caches.user(record.id);
      const sameSecrets = JSON.stringify(secretsOf(record.inputs)) === JSON.stringify(secretsOf(inputs));
      const passwordHashes = kept && sameSecrets ? kept.passwordHashes : userOf(inputs).passwordHashes;
      await caches.putUser({ ...userOf(inputs), passwordHashes });
      return authenticationOf(inputs);
    },
    delete: (record) => caches.removeUser(record.id),
  };
}

function secretsOf(inputs: Properties): readonly string[] {
  const mode = inputs.authenticationMode as { passwords?: string[] } | undefined;
  return mode?.passwords ?? (inputs.passwords as string[] | undefined) ?? [];
}

function userOf(inputs: Properties): CacheUser {
  const mode = inputs.authenticationMode as { type?: string } | undefined;
  return {
    userId: inputs.userId as string,
    userName: inputs.userName as string,
    accessString: inputs.accessString as string,
    noPassword: inputs.noPasswordRequired === true || mode?.type === "no-password-required",
    passwordHashes: secretsOf(inputs).map(passwordHash),
  };
}

function authenticationOf(inputs: Properties): Properties {
  const passwordCount = secretsOf(inputs).length;
  const type = passwordCount > 0 ? "password" : "no-password-required";
  return { authenticationMode: { type, ...(inputs.authenticationMode as Properties | undefined), passwordCount } };
}

export function userGroupType(caches: Caches): ResourceType {
  return {
    token: USER_GROUP,
    uniqueBy: ["userGroupId"],
    replaceOnChanges: ["userGroupId", "engine"],
    computed: ["arn"],
    check: checkUserGroup,
    create: async (inputs) => {
      const id = inputs.userGroupId as string;
      const userIds = membersOf(inputs);
      refuseMembers(userIds, caches);
      await caches.setUserGroup(id, userIds);
      return { id, outputs: { arn: arn("elasticache", `usergroup:${id}`) } };
    },
    update: async (record, inputs) => {
      refuseMembers(membersOf(inputs), caches);
      await caches.setUserGroup(record.id, membersOf(inputs));
      return {};
    },
    delete: async (record, cloud) => {
      refuseUsedGroup(record, cloud);
      await caches.setUserGroup(record.id, undefined);
    },
  };
}

export function membersOf(inputs: Properties): readonly string[] {
  return (inputs.userIds as readonly string[] | undefined) ?? [];
}

/** What AWS refuses by looking at the users of a group. */
function refuseMembers(userIds: readonly string[], caches: Caches): void {
  const users = userIds.map((id) => {
    const user = caches.user(id);
    if (!user) throw new Error(`UserNotFound: User ${id} not found.`);
    return user;
  });
  const names = users.map(({ userName }) => userName);
  if (!names.includes("default"))
    throw new Error("DefaultUserRequired: A Redis user group needs to contain a user with the user name default.");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`DuplicateUserName: The user name ${twice} is in the group twice.`);
}

function refuseUsedGroup(record: ResourceRecord, cloud: Cloud): void {
  const user = cloud.account
    .ofType(REPLICATION_GROUP)
    .find(({ inputs }) => (inputs.userGroupIds as string[] | undefined)?.includes(record.id));
  if (user)
    throw new Error(
      `InvalidUserGroupState: The user group ${record.id} is in use by the replication group ${user.id}.`,
    );
}
