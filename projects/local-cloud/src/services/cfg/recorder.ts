import { ACCOUNT_ID } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import { onePerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { DELIVERY_CHANNEL, RECORDER, RECORDER_STATUS } from "./tokens.ts";

const MODES = ["CONTINUOUS", "DAILY"];
const STRATEGIES = ["ALL_SUPPORTED_RESOURCE_TYPES", "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"];

export const recorder = recordedType({
  token: RECORDER,
  id: ({ name }) => name,
  replaceOnChanges: ["name"],
  autoName: "name",
  check: ({ name, roleArn, recordingGroup: group, recordingMode: mode }) =>
    failures((refuse) => {
      if (known(name) && (name.length < 1 || name.length > 256))
        refuse("name", `InvalidConfigurationRecorderNameException: "${name}" must have 1 to 256 characters`);
      if (known(roleArn) && !/^arn:aws:iam::\d{12}:role\/.+$/.test(roleArn))
        refuse("roleArn", `InvalidRoleException: "${roleArn}" is no role ARN`);
      const fault = known(group) ? groupFault(group as Properties) : undefined;
      if (fault !== undefined)
        refuse("recordingGroup", `InvalidRecordingGroupException: The recording group provided is not valid: ${fault}`);
      const override = known(mode) ? mode.recordingModeOverride : undefined;
      for (const frequency of [known(mode) && mode.recordingFrequency, known(override) && override.recordingFrequency])
        if (typeof frequency === "string" && !MODES.includes(frequency))
          refuse("recordingMode", `ValidationException: recordingFrequency "${frequency}" is not CONTINUOUS or DAILY`);
    }),
  conflict: (inputs, cloud, self) =>
    onlyRecorder(inputs, cloud, self) ??
    (String(inputs.roleArn).startsWith(`arn:aws:iam::${ACCOUNT_ID}:`) &&
    cloud.account.byArn(inputs.roleArn) === undefined
      ? `InvalidRoleException: the account has no role ${inputs.roleArn} for AWS Config to assume.`
      : undefined),
});

const onlyRecorder = onePerAccount(
  RECORDER,
  "MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder because you have reached " +
    "the maximum number of configuration recorders: 1.",
);

function groupFault(group: Properties): string | undefined {
  const { allSupported = true, includeGlobalResourceTypes, resourceTypes, exclusionByResourceTypes } = group;
  const strategy: unknown = group.recordingStrategies?.[0]?.useOnly;
  if (!known(allSupported)) return undefined;
  if (allSupported && known(resourceTypes) && resourceTypes.length > 0)
    return "allSupported and resourceTypes exclude each other";
  if (!allSupported && includeGlobalResourceTypes === true) return "includeGlobalResourceTypes needs allSupported";
  if (allSupported && known(exclusionByResourceTypes) && exclusionByResourceTypes.length > 0)
    return "exclusionByResourceTypes needs allSupported: false";
  if (known(strategy) && !STRATEGIES.includes(strategy as string))
    return `useOnly "${strategy as string}" is none of ${STRATEGIES.join(", ")}`;
  return undefined;
}

/** Starts and stops the recorder; it starts only when there is somewhere to deliver to. */
export const recorderStatus = recordedType({
  token: RECORDER_STATUS,
  id: ({ name }) => name,
  replaceOnChanges: ["name"],
  uniqueBy: ["name"],
  autoName: "name",
  conflict: ({ name, isEnabled }, cloud) => {
    if (cloud.account.byId(RECORDER, name) === undefined)
      return `NoSuchConfigurationRecorderException: Cannot find configuration recorder with the specified name '${name}'.`;
    return isEnabled === true && cloud.account.ofType(DELIVERY_CHANNEL).length === 0
      ? "NoAvailableDeliveryChannelException: Delivery channel is not available to start configuration recorder."
      : undefined;
  },
});
