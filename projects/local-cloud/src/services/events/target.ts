import type { Cloud } from "../../cloud.ts";
import { derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceRecord } from "../../resource-type.ts";
import type { Target } from "./delivery.ts";
import { busOf, EVENT_RULE, EVENT_TARGET } from "./rule.ts";
import { isServed } from "./targets.ts";
import { isPath } from "./transformation.ts";

const TARGETS_PER_RULE_MAX = 5;
const INPUT_LENGTH_MAX = 8_192;

export const eventTarget = recordedType({
  token: EVENT_TARGET,
  id: (inputs) => `${inputs.rule}-${targetIdOf(inputs)}`,
  replaceOnChanges: ["rule", "targetId", "eventBusName"],
  computed: { targetId: targetIdOf },
  uniqueBy: ["rule", "targetId"],
  check: (inputs) =>
    failures((refuse) => {
      const { arn, targetId, deadLetterConfig, retryPolicy } = inputs;
      if (known(targetId) && !/^[.\-_A-Za-z0-9]{1,64}$/.test(targetId))
        refuse("targetId", `ValidationException: target id "${targetId}" must have 1 to 64 letters, digits or . - _`);
      if (known(arn) && !isServed(arn))
        refuse("arn", `The local cloud delivers events to queues, topics and functions; ${arn} is none of them.`);
      if (known(arn) && arn.endsWith(".fifo")) refuse("arn", "The local cloud has no FIFO queues and topics.");
      const queue = (known(deadLetterConfig) ? deadLetterConfig.arn : undefined) as string | undefined;
      if (known(queue) && !/^arn:aws:sqs:[^:]+:\d{12}:[A-Za-z0-9_-]{1,80}$/.test(queue))
        refuse("deadLetterConfig", `ValidationException: ${queue} is not the ARN of a standard queue`);
      const { maximumEventAgeInSeconds: age, maximumRetryAttempts: attempts } = known(retryPolicy) ? retryPolicy : {};
      if (known(age) && (age < 60 || age > 86_400))
        refuse("retryPolicy", `ValidationException: MaximumEventAgeInSeconds ${age} must be 60 to 86400`);
      if (known(attempts) && (attempts < 0 || attempts > 185))
        refuse("retryPolicy", `ValidationException: MaximumRetryAttempts ${attempts} must be 0 to 185`);
    }).concat(transformationFailures(inputs)),
  conflict: (inputs, cloud, self) => {
    const rule = inputs.rule as string;
    if (cloud.account.byId(EVENT_RULE, rule) === undefined)
      return `ResourceNotFoundException: Rule ${rule} does not exist on EventBus ${busOf(inputs)}.`;
    const others = targetsOf(cloud, rule).filter(({ urn }) => urn !== self?.urn);
    return others.length >= TARGETS_PER_RULE_MAX
      ? `LimitExceededException: The requested resource exceeds the maximum number allowed: ${TARGETS_PER_RULE_MAX} targets.`
      : undefined;
  },
});

export function targetsOf(cloud: Cloud, rule: string): readonly ResourceRecord[] {
  return cloud.account.ofType(EVENT_TARGET).filter(({ inputs }) => inputs.rule === rule);
}

/** The same, as the delivery reads it. */
export function deliveryTarget({ inputs }: ResourceRecord): Target {
  const { arn, input, inputPath, inputTransformer, deadLetterConfig, retryPolicy } = inputs;
  return {
    ...{ arn, input, inputPath, inputTransformer, deadLetterQueueArn: deadLetterConfig?.arn },
    eventAgeSecondsMax: retryPolicy?.maximumEventAgeInSeconds,
    retryAttemptsMax: retryPolicy?.maximumRetryAttempts,
  };
}

function transformationFailures(inputs: Properties) {
  return failures((refuse) => {
    const given = ["input", "inputPath", "inputTransformer"].filter((name) => inputs[name] !== undefined);
    if (given.length > 1)
      refuse(given[1] ?? "input", `ValidationException: only one of ${given.join(", ")} may be given`);
    const { input, inputPath, inputTransformer } = inputs;
    if (known(input) && (input.length > INPUT_LENGTH_MAX || !isJson(input)))
      refuse("input", `ValidationException: Input must be valid JSON of at most ${INPUT_LENGTH_MAX} characters`);
    if (known(inputPath) && !isPath(inputPath))
      refuse("inputPath", `ValidationException: InputPath "${inputPath}" is no JSON path`);
    if (!known(inputTransformer)) return;
    const { inputTemplate, inputPaths = {} } = inputTransformer as Properties;
    if (known(inputTemplate) && (inputTemplate.length < 1 || inputTemplate.length > INPUT_LENGTH_MAX))
      refuse("inputTransformer", `ValidationException: a template has 1 to ${INPUT_LENGTH_MAX} characters`);
    if (!known(inputPaths)) return;
    if (Object.keys(inputPaths).length > 100)
      refuse("inputTransformer", "ValidationException: at most 100 input paths");
    for (const [name, path] of Object.entries(inputPaths as Properties)) {
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name) || /^aws/i.test(name))
        refuse("inputTransformer", `ValidationException: "${name}" cannot be the name of an input path`);
      if (known(path) && !isPath(String(path)))
        refuse("inputTransformer", `ValidationException: InputPath "${String(path)}" is no JSON path`);
    }
  });
}

function targetIdOf(inputs: Properties): string {
  return inputs.targetId ?? `target-${derivedHex(20, String(inputs.rule), String(inputs.arn))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
