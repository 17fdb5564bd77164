import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { FREQUENCIES, RECORDER } from "./tokens.ts";

const ruleId = (name: string): string => `config-rule-${derivedHex(6, "config-rule", name)}`;

export const rule = recordedType({
  token: "aws:cfg/rule:Rule",
  id: ({ name }) => name,
  arn: (_, id) => arn("config", `config-rule/${ruleId(id)}`),
  replaceOnChanges: ["name"],
  computed: { ruleId: (_, id) => ruleId(id) },
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, description, maximumExecutionFrequency: frequency, inputParameters, source, scope } = inputs;
      const invalid = "InvalidParameterValueException:";
      if (known(name) && !/^\S.{0,127}$/.test(name))
        refuse("name", `${invalid} "${name}" must have 1 to 128 characters`);
      if (known(description) && description.length > 256)
        refuse("description", `${invalid} a description has up to 256 characters`);
      if (known(frequency) && !FREQUENCIES.includes(frequency))
        refuse("maximumExecutionFrequency", `${invalid} "${frequency}" is none of ${FREQUENCIES.join(", ")}`);
      if (known(inputParameters) && !isJsonObject(inputParameters))
        refuse("inputParameters", `${invalid} the input parameters are no JSON object: ${inputParameters}`);
      const sourceReason = known(source) ? sourceFault(source as Properties) : undefined;
      if (sourceReason !== undefined) refuse("source", `${invalid} ${sourceReason}`);
      const scopeReason = known(scope) ? scopeFault(scope as Properties) : undefined;
      if (scopeReason !== undefined) refuse("scope", `${invalid} ${scopeReason}`);
    }),
  conflict: (_, cloud) =>
    cloud.account.ofType(RECORDER).length === 0
      ? "NoAvailableConfigurationRecorderException: Configuration recorder is not available to put config rule."
      : undefined,
});

/** A JSON object whose values are strings: AWS Config passes them as text. */
function isJsonObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function sourceFault({ owner, sourceIdentifier, sourceDetails, customPolicyDetails }: Properties): string | undefined {
  if (!known(owner)) return undefined;
  if (!["AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"].includes(owner))
    return `owner "${owner}" is not AWS, CUSTOM_LAMBDA or CUSTOM_POLICY`;
  if (owner === "CUSTOM_POLICY")
    return customPolicyDetails === undefined ? "owner CUSTOM_POLICY needs customPolicyDetails" : undefined;
  if (sourceIdentifier === undefined) return `owner ${owner} needs a sourceIdentifier`;
  if (owner === "AWS" && known(sourceDetails) && sourceDetails.length > 0)
    return "sourceDetails are not for rules that AWS owns";
  if (owner === "AWS" && known(sourceIdentifier) && !isManagedRuleForm(sourceIdentifier))
    return (
      `The sourceIdentifier ${sourceIdentifier} is invalid. Please refer to the documentation for a list of valid ` +
      `sourceIdentifiers that can be used when AWS is the Owner.`
    );
  return undefined;
}

/** `S3_BUCKET_LOGGING_ENABLED`: capitals, digits and underscores. Which of them exist in a Region is not known here. */
export function isManagedRuleForm(identifier: unknown): boolean {
  return typeof identifier === "string" && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(identifier);
}

function scopeFault({
  complianceResourceTypes: types,
  complianceResourceId,
  tagKey,
  tagValue,
}: Properties): string | undefined {
  if (known(types) && types.length > 100) return "a scope names up to 100 resource types";
  const odd = known(types)
    ? (types as unknown[]).find((type) => known(type) && !/^(AWS|Alexa)::\w+::\w+$/.test(type as string))
    : undefined;
  if (odd !== undefined) return `"${odd as string}" is no resource type such as AWS::S3::Bucket`;
  if (complianceResourceId !== undefined && known(types) && types.length !== 1)
    return "a complianceResourceId goes with exactly one resource type";
  if (tagValue !== undefined && tagKey === undefined) return "a tagValue needs a tagKey";
  return undefined;
}
