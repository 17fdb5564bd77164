import { REGION } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { requireKey } from "../kms/require-key.ts";

const ENCRYPTION = "aws:xray/encryptionConfig:EncryptionConfig";
const INVALID = "InvalidRequestException:";

/** Which requests are traced. Nothing is traced here: the rules are checked as X-Ray checks them. */
const samplingRule = recordedType({
  token: "aws:xray/samplingRule:SamplingRule",
  id: (inputs) => inputs.ruleName,
  arn: (_, id) => arn("xray", `sampling-rule/${id}`),
  replaceOnChanges: ["ruleName"],
  autoName: "ruleName",
  uniqueBy: ["ruleName"],
  check: (inputs) =>
    failures((refuse) => {
      const { ruleName, priority, fixedRate, reservoirSize, version, resourceArn } = inputs;
      if (known(ruleName) && (ruleName.length < 1 || ruleName.length > 32))
        refuse("ruleName", `${INVALID} a rule's name has 1 to 32 characters, "${ruleName}" has ${ruleName.length}`);
      if (known(priority) && (!Number.isInteger(priority) || priority < 1 || priority > 9_999))
        refuse("priority", `${INVALID} priority ${priority} is not between 1 and 9999`);
      if (known(fixedRate) && (fixedRate < 0 || fixedRate > 1))
        refuse("fixedRate", `${INVALID} rate ${fixedRate} is not between 0 and 1`);
      if (known(reservoirSize) && (!Number.isInteger(reservoirSize) || reservoirSize < 0))
        refuse("reservoirSize", `${INVALID} reservoir ${reservoirSize} is no count`);
      if (known(version) && version !== 1) refuse("version", `${INVALID} the only version is 1`);
      if (known(resourceArn) && resourceArn.length > 500)
        refuse("resourceArn", `${INVALID} a resource's ARN has up to 500 characters`);
      for (const [property, most] of TEXTS)
        if (known(inputs[property]) && (inputs[property] as string).length > most)
          refuse(property, `${INVALID} ${property} has up to ${most} characters`);
    }),
});
const TEXTS = [
  ["host", 64],
  ["httpMethod", 10],
  ["serviceName", 64],
  ["serviceType", 64],
  ["urlPath", 128],
] as const;

const recordedEncryption = recordedType({
  token: ENCRYPTION,
  id: () => REGION,
  replaceOnChanges: [],
  check: ({ type, keyId }) =>
    failures((refuse) => {
      if (known(type) && !["KMS", "NONE"].includes(type)) refuse("type", `${INVALID} "${type}" is not KMS or NONE`);
      if (type === "KMS" && keyId === undefined) refuse("keyId", `${INVALID} type KMS needs a key`);
      if (type === "NONE" && keyId !== undefined) refuse("keyId", `${INVALID} type NONE takes no key`);
    }),
  conflict: oneSettingPerAccount(ENCRYPTION),
});

/** One setting of the account: its key must be there and enabled. */
const encryptionConfig: ResourceType = {
  ...recordedEncryption,
  create: async (inputs, cloud, urn) => {
    await requireKey(cloud, inputs.keyId);
    return recordedEncryption.create(inputs, cloud, urn);
  },
};

export function xrayService(_cloud: Cloud): Service {
  return { name: "xray", resources: [samplingRule, encryptionConfig] };
}
