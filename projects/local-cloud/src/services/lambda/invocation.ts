import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { Throttled, type Functions, type InvocationResult } from "./functions.ts";

const TURN_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

/** Runs a function when it is created or replaced, never in a preview, and keeps the result. */
export function invocationType(functions: Functions): ResourceType {
  return {
    token: "aws:lambda/invocation:Invocation",
    // With the lifecycle CREATE_ONLY a changed input or trigger makes a new invocation.
    replaceOnChanges: ["functionName", "input", "qualifier", "triggers", "lifecycleScope", "terraformKey", "tenantId"],
    computed: ["result"],
    check: (inputs) =>
      failures((refuse) => {
        if (known(inputs.lifecycleScope) && inputs.lifecycleScope !== "CREATE_ONLY") {
          refuse("lifecycleScope", `the local cloud does CREATE_ONLY invocations, not ${inputs.lifecycleScope}`);
        }
        if (known(inputs.input) && !isJson(inputs.input))
          refuse("input", "InvalidRequestContentException: the input is not JSON");
      }),
    create: async ({ functionName, qualifier, input }) => {
      const reference =
        qualifier === undefined || qualifier === "$LATEST" ? functionName : `${functionName}:${qualifier}`;
      const { payload, error } = await invokeInTurn(functions, reference, input);
      if (error !== undefined) {
        throw new Error(
          `Lambda Function (${functionName}) returned error: (Unhandled) ${error.errorType}: ${withoutSecrets(error.errorMessage)}`,
        );
      }
      // Each run is a resource of its own: a replacement with the same input must not be taken for the one it replaces.
      return { id: `${functionName}_${qualifier ?? "$LATEST"}_${randomUUID()}`, outputs: { result: payload } };
    },
    // What a function did stays done.
  };
}

/** AWS's provider tries a throttled call again for minutes: several invocations of one function are made at once. */
async function invokeInTurn(functions: Functions, reference: string, input: string): Promise<InvocationResult> {
  const deadline = Date.now() + TURN_WITHIN_MS;
  for (;;) {
    try {
      return await functions.invoke(reference, input);
    } catch (error) {
      if (!(error instanceof Throttled) || Date.now() > deadline) throw error;
      await delay(ASK_EVERY_MS);
    }
  }
}

/**
 * The message ends in the engine's output and in logs. A function should not put a secret into it;
 * the forms in which drivers do so are taken out all the same.
 */
export function withoutSecrets(message: string): string {
  return message
    .replace(/(\w+:\/\/[^\s:/@]*):[^\s@/]*@/g, "$1:***@")
    .replace(
      /((?:password|passwd|pwd|secret|token|api[-_]?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;)}&]+)/gi,
      "$1***",
    );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
