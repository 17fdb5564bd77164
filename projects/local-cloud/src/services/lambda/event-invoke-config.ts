import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { parseFunctionReference } from "./function-version.ts";
import type { Functions } from "./functions.ts";

export const EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** How often and how long Lambda tries an event that it took without an answer. */
export function eventInvokeConfigType(functions: Functions): ResourceType {
  const reference = (functionName: string, qualifier: string | undefined): string =>
    qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  return recordedType({
    token: EVENT_INVOKE_CONFIG,
    id: ({ functionName, qualifier }) => reference(functionName, qualifier),
    uniqueBy: ["functionName", "qualifier"],
    replaceOnChanges: ["functionName", "qualifier"],
    check: (inputs) =>
      failures((refuse) => {
        const { functionName, maximumRetryAttempts: attempts, maximumEventAgeInSeconds: age } = inputs;
        if (known(functionName) && parseFunctionReference(functionName).qualifier !== undefined)
          refuse("functionName", "the qualifier of a function stands in its own property");
        if (known(attempts) && (attempts < 0 || attempts > 2))
          refuse("maximumRetryAttempts", `ValidationException: maximumRetryAttempts ${attempts} is not 0 to 2`);
        if (known(age) && (age < 60 || age > 21_600))
          refuse("maximumEventAgeInSeconds", `ValidationException: maximumEventAgeInSeconds ${age} is not 60 to 21600`);
        const { onSuccess, onFailure } = known(inputs.destinationConfig) ? inputs.destinationConfig : {};
        if (known(onSuccess)) refuse("destinationConfig", "the local cloud keeps failures alone: leave out onSuccess");
        const queue: unknown = known(onFailure) ? onFailure.destination : undefined;
        if (typeof queue === "string" && !/^arn:aws:sqs:[^:]+:\d{12}:[A-Za-z0-9_-]{1,80}$/.test(queue))
          refuse("destinationConfig", `the local cloud sends failures to standard SQS queues, not to ${queue}`);
      }),
    conflict: ({ functionName, qualifier }) => functions.faultOf(reference(functionName, qualifier)),
  });
}
