/** What AWS refuses about users, user groups and replication groups, decided from the inputs. */
import { failures, fullyKnown, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { accessStringFault } from "./access-control.ts";

type Refuse = (property: string, reason: string) => void;

const IDENTIFIER = /^(?=.{1,40}$)[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;
const NOT_SERVED = [
  ...["globalReplicationGroupId", "snapshotArns", "snapshotName", "nodeGroupConfigurations", "replicasPerNodeGroup"],
  ...["securityGroupNames", "authTokenWo", "durability"],
];

export function identifierFault(value: string | undefined, what: string): string | undefined {
  if (!known(value) || IDENTIFIER.test(value)) return undefined;
  return (
    `InvalidParameterValue: The parameter ${what} is not a valid identifier: 1 to 40 lower-case letters, digits and ` +
    "hyphens, beginning with a letter, not ending with a hyphen and without two in a row."
  );
}

export function checkUser(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const name = identifierFault(inputs.userId, "UserId");
    if (name) refuse("userId", name);
    engineFault(inputs, refuse);
    const { userName, accessString, passwordsWo } = inputs;
    if (known(userName) && !/^\S{1,128}$/.test(String(userName))) {
      refuse("userName", "InvalidParameterValue: UserName must be 1 to 128 characters without spaces.");
    }
    const access = known(accessString) ? accessStringFault(String(accessString)) : undefined;
    if (access) refuse("accessString", access);
    if (passwordsWo !== undefined)
      refuse("passwordsWo", "The local cloud does not serve passwordsWo; use authenticationMode.");
    authenticationFaults(inputs, refuse);
  });
}

/** A user proves itself in exactly one way. Values of passwords stay out of the reasons. */
function authenticationFaults(inputs: Properties, refuse: Refuse): void {
  const { passwords, noPasswordRequired } = inputs;
  const mode = inputs.authenticationMode as Properties | undefined;
  const ways = [passwords !== undefined, mode !== undefined, noPasswordRequired === true].filter(Boolean).length;
  if (ways !== 1) {
    refuse(
      "authenticationMode",
      "InvalidParameterCombination: Give exactly one of authenticationMode, passwords and noPasswordRequired.",
    );
  }
  if (known(mode) && known(mode.type)) {
    const type = String(mode.type);
    if (type === "iam")
      refuse(
        "authenticationMode",
        "The local cloud does not serve IAM authentication of ElastiCache; use type password.",
      );
    else if (!["password", "no-password-required"].includes(type)) {
      refuse("authenticationMode", `InvalidParameterValue: Authentication type ${type} is not valid.`);
    } else if (type === "password" && mode.passwords === undefined) {
      refuse("authenticationMode", "InvalidParameterCombination: Authentication type password needs passwords.");
    }
  }
  const given = [passwords, known(mode) ? mode.passwords : undefined];
  for (const list of given) {
    if (fullyKnown(list) && (list.length < 1 || list.length > 2)) {
      refuse("authenticationMode", "InvalidParameterValue: A user has one or two passwords.");
    }
    for (const password of knownItems<string>(list as string[] | undefined) ?? []) {
      const fault = passwordFault(password);
      if (fault) refuse("authenticationMode", fault);
    }
  }
}

export function passwordFault(password: string): string | undefined {
  if (password.length >= 16 && password.length <= 128 && /^[\x21-\x7e]+$/.test(password)) return undefined;
  return "InvalidParameterValue: Passwords length must be between 16-128 characters, printable and without spaces.";
}

export function checkUserGroup(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const name = identifierFault(inputs.userGroupId, "UserGroupId");
    if (name) refuse("userGroupId", name);
    engineFault(inputs, refuse);
  });
}

export function engineFault(inputs: Properties, refuse: Refuse): void {
  const { engine } = inputs;
  if (known(engine) && String(engine).toLowerCase() !== "redis") {
    refuse("engine", `The local cloud serves the engine redis, not ${String(engine)}.`);
  }
}

export function checkReplicationGroup(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const name = identifierFault(inputs.replicationGroupId, "ReplicationGroupId");
    if (name) refuse("replicationGroupId", name);
    engineFault(inputs, refuse);
    shapeFaults(inputs, refuse);
    securityFaults(inputs, refuse);
    const { description, engineVersion, nodeType, snapshotRetentionLimit } = inputs;
    if (description === undefined || description === "") {
      refuse("description", "InvalidParameterValue: A replication group needs a description.");
    }
    if (known(engineVersion) && !/^7\.(0|1|x)$/.test(String(engineVersion))) {
      refuse(
        "engineVersion",
        `InvalidParameterValue: Cannot find version ${String(engineVersion)} for redis here: 7.0 or 7.1.`,
      );
    }
    if (known(nodeType) && !/^cache\.[a-z0-9]+\.[a-z0-9]+$/.test(String(nodeType))) {
      refuse("nodeType", `InvalidParameterValue: Invalid cache node type ${String(nodeType)}.`);
    }
    if (known(snapshotRetentionLimit) && !(snapshotRetentionLimit >= 0 && snapshotRetentionLimit <= 35)) {
      refuse(
        "snapshotRetentionLimit",
        `InvalidParameterValue: Snapshot retention limit ${String(snapshotRetentionLimit)} is not in 0 to 35 days.`,
      );
    }
    logDeliveryFaults(inputs, refuse);
    for (const property of NOT_SERVED) {
      if (inputs[property] !== undefined)
        refuse(property, `The local cloud does not serve ${property} of a replication group.`);
    }
  });
}

function shapeFaults(inputs: Properties, refuse: Refuse): void {
  const { clusterMode, numNodeGroups, numCacheClusters: nodes, automaticFailoverEnabled, multiAzEnabled } = inputs;
  if ((known(clusterMode) && clusterMode !== "disabled") || (known(numNodeGroups) && numNodeGroups !== 1)) {
    refuse("clusterMode", "The local cloud serves replication groups with cluster mode disabled.");
  }
  if (known(nodes) && !(Number.isInteger(nodes) && nodes >= 1 && nodes <= 6)) {
    refuse(
      "numCacheClusters",
      `InvalidParameterValue: The number of cache clusters ${String(nodes)} is not in 1 to 6.`,
    );
  }
  if (automaticFailoverEnabled === true && (nodes === undefined || (known(nodes) && nodes < 2))) {
    refuse(
      "automaticFailoverEnabled",
      "InvalidParameterCombination: Automatic failover needs at least two cache clusters.",
    );
  }
  if (multiAzEnabled === true && known(automaticFailoverEnabled ?? false) && automaticFailoverEnabled !== true) {
    refuse("multiAzEnabled", "InvalidParameterCombination: Multi-AZ needs automatic failover.");
  }
  const zones = inputs.preferredCacheClusterAzs as unknown;
  if (fullyKnown(zones) && known(nodes) && zones.length !== nodes) {
    refuse("preferredCacheClusterAzs", "InvalidParameterCombination: Name as many zones as there are cache clusters.");
  }
}

function securityFaults(inputs: Properties, refuse: Refuse): void {
  const { transitEncryptionEnabled: tls, transitEncryptionMode, authToken, userGroupIds, kmsKeyId } = inputs;
  if (known(tls ?? false) && tls !== true) {
    refuse(
      "transitEncryptionEnabled",
      "The local cloud serves replication groups over TLS: set transitEncryptionEnabled.",
    );
  }
  if (known(transitEncryptionMode) && transitEncryptionMode !== "required") {
    refuse(
      "transitEncryptionMode",
      `The local cloud serves transitEncryptionMode required, not ${String(transitEncryptionMode)}.`,
    );
  }
  if (authToken !== undefined && userGroupIds !== undefined) {
    refuse("authToken", "InvalidParameterCombination: AuthToken and UserGroupIds exclude each other.");
  }
  if (authToken !== undefined && userGroupIds === undefined) {
    refuse("authToken", "The local cloud does not serve authToken; use userGroupIds.");
  }
  if (fullyKnown(userGroupIds) && userGroupIds.length > 1) {
    refuse("userGroupIds", "InvalidParameterValue: A replication group has at most one user group.");
  }
  if (
    kmsKeyId !== undefined &&
    known(inputs.atRestEncryptionEnabled ?? false) &&
    inputs.atRestEncryptionEnabled !== true
  ) {
    refuse("kmsKeyId", "InvalidParameterCombination: KmsKeyId needs AtRestEncryptionEnabled.");
  }
}

function logDeliveryFaults(inputs: Properties, refuse: Refuse): void {
  const deliveries = knownItems<Properties>(inputs.logDeliveryConfigurations) ?? [];
  const types = deliveries.map((delivery) => delivery.logType as unknown).filter((type) => known(type));
  if (types.some((type) => type !== "slow-log" && type !== "engine-log") || new Set(types).size !== types.length) {
    refuse(
      "logDeliveryConfigurations",
      "InvalidParameterValue: Log types are slow-log and engine-log, each at most once.",
    );
  }
}
