/** What EFS refuses, decided from the inputs. */
import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { policyFailures } from "../iam/policy-checks.ts";

type Refuse = (property: string, reason: string) => void;

const POLICY_CHARACTERS_MAX = 20_000;
const TRANSITIONS: Readonly<Record<string, RegExp>> = {
  transitionToIa: /^AFTER_(1|7|14|30|60|90|180|270|365)_DAYS?$/,
  transitionToArchive: /^AFTER_(1|7|14|30|60|90|180|270|365)_DAYS?$/,
  transitionToPrimaryStorageClass: /^AFTER_1_ACCESS$/,
};
const POSIX_ID_MAX = 4_294_967_295;

export function checkFileSystem(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { creationToken, encrypted, kmsKeyId, performanceMode, throughputMode, provisionedThroughputInMibps } =
      inputs;
    if (known(creationToken) && !/^.{1,64}$/.test(String(creationToken))) {
      refuse("creationToken", "BadRequest: CreationToken has 1 to 64 characters.");
    }
    if (kmsKeyId !== undefined && known(encrypted ?? false) && encrypted !== true) {
      refuse("kmsKeyId", "BadRequest: KmsKeyId needs encrypted to be true.");
    }
    if (known(performanceMode) && !["generalPurpose", "maxIO"].includes(String(performanceMode))) {
      refuse("performanceMode", `BadRequest: Invalid performance mode ${String(performanceMode)}.`);
    }
    if (known(throughputMode) && !["bursting", "elastic", "provisioned"].includes(String(throughputMode))) {
      refuse("throughputMode", `BadRequest: Invalid throughput mode ${String(throughputMode)}.`);
    } else if (
      known(throughputMode ?? "bursting") &&
      (throughputMode === "provisioned") !== (provisionedThroughputInMibps !== undefined)
    ) {
      refuse(
        "provisionedThroughputInMibps",
        "BadRequest: Provisioned throughput goes with the throughput mode provisioned, and only with it.",
      );
    }
    if (throughputMode === "elastic" && performanceMode === "maxIO") {
      refuse("throughputMode", "BadRequest: Elastic throughput needs the performance mode generalPurpose.");
    }
    lifecycleFaults(inputs, refuse);
  });
}

/** Each entry holds one transition, and each transition stands once. */
function lifecycleFaults(inputs: Properties, refuse: Refuse): void {
  const entries = knownItems<Properties>(inputs.lifecyclePolicies) ?? [];
  const named: string[] = [];
  for (const entry of entries) {
    const transitions = Object.keys(entry).filter((name) => entry[name] !== undefined);
    if (transitions.length !== 1)
      refuse("lifecyclePolicies", "BadRequest: One lifecycle policy object holds exactly one transition.");
    named.push(...transitions);
    for (const name of transitions) {
      if (known(entry[name]) && !TRANSITIONS[name]?.test(String(entry[name]))) {
        refuse("lifecyclePolicies", `BadRequest: ${name} cannot be ${String(entry[name])}.`);
      }
    }
  }
  if (new Set(named).size !== named.length)
    refuse("lifecyclePolicies", "BadRequest: Each transition stands at most once.");
}

export function checkAccessPoint(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { posixUser, rootDirectory } = inputs as { posixUser?: Properties; rootDirectory?: Properties };
    if (known(posixUser)) {
      idFaults(
        "posixUser",
        [posixUser.uid, posixUser.gid, ...(knownItems(posixUser.secondaryGids as number[] | undefined) ?? [])],
        refuse,
      );
    }
    if (!known(rootDirectory)) return;
    const { path, creationInfo } = rootDirectory as { path?: string; creationInfo?: Properties };
    if (known(path) && !/^(?=.{1,100}$)(\/|(\/[^/\0]+){1,4})$/.test(path)) {
      refuse(
        "rootDirectory",
        `BadRequest: The path ${path} must begin with / and hold at most four folders and 100 characters.`,
      );
    }
    if (known(path) && path.split("/").some((part) => part === ".." || part === ".")) {
      refuse("rootDirectory", `BadRequest: The path ${path} must not hold . or .. as a folder.`);
    }
    if (!known(creationInfo)) return;
    idFaults("rootDirectory", [creationInfo.ownerUid, creationInfo.ownerGid], refuse);
    const permissions = creationInfo.permissions as string | undefined;
    if (known(permissions) && !/^[0-7]{3,4}$/.test(permissions)) {
      refuse("rootDirectory", `BadRequest: Permissions ${permissions} are not three or four octal digits.`);
    }
  });
}

function idFaults(property: string, ids: readonly (number | undefined)[], refuse: Refuse): void {
  for (const id of ids) {
    if (known(id) && !(Number.isInteger(id) && id >= 0 && id <= POSIX_ID_MAX)) {
      refuse(property, `BadRequest: ${id} is not a POSIX id (0 to ${POSIX_ID_MAX}).`);
    }
  }
}

export function checkFileSystemPolicy(inputs: Properties): readonly CheckFailure[] {
  const { policy, bypassPolicyLockoutSafetyCheck } = inputs;
  const malformed = policyFailures("policy", policy, {
    kind: "resource",
    service: "elasticfilesystem",
    lengthMax: POLICY_CHARACTERS_MAX,
  });
  if (malformed.length > 0 || !known(policy) || bypassPolicyLockoutSafetyCheck === true) return malformed;
  return locksOut(String(policy))
    ? [
        {
          property: "policy",
          reason:
            "InvalidPolicyException: The policy would keep you from changing it again. Narrow its Deny statement, or set bypassPolicyLockoutSafetyCheck.",
        },
      ]
    : [];
}

/** A denial of changing the policy, to everybody and under no condition. */
function locksOut(policy: string): boolean {
  const { Statement } = JSON.parse(policy) as { Statement: Properties | readonly Properties[] };
  const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
    value === undefined ? [] : ([] as T[]).concat(value as T);
  return list<Properties>(Statement).some((statement) => {
    const principal = statement.Principal as unknown;
    const everybody =
      principal === "*" || (typeof principal === "object" && (principal as Properties | null)?.AWS === "*");
    const actions = list<string>(statement.Action as string | string[] | undefined);
    const covers = actions.some((action) =>
      ["*", "elasticfilesystem:*", "elasticfilesystem:PutFileSystemPolicy"].includes(action),
    );
    return statement.Effect === "Deny" && everybody && covers && statement.Condition === undefined;
  });
}
