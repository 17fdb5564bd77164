import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud, Service } from "../../cloud.ts";
import { handleLambdaCall } from "./api.ts";
import { AsynchronousInvocations, LAMBDA_PAUSES, type Pauses } from "./asynchronous.ts";
import { EVENT_SOURCE_MAPPING, eventSourceMappingType, mappingSettings } from "./event-source-mapping.ts";
import { functionSettings } from "./function-settings.ts";
import { FUNCTION, functionType, reserved } from "./function.ts";
import { Functions, type InvocationResult } from "./functions.ts";
import { versionOf } from "./function-version.ts";
import { invocationType } from "./invocation.ts";
import { Mappings } from "./mappings.ts";

export type { InvocationResult } from "./functions.ts";

/** What other services of the cloud need of Lambda (rotation, schedules). */
export interface LambdaService extends Service {
  /** Runs a function, by name or ARN with a version or alias, and gives its answer or its error. */
  invoke(functionReference: string, event: string): Promise<InvocationResult>;
  /**
   * Takes an event and returns: attempts, retries and the place for what failed are Lambda's own affair.
   * @throws when there is no such function, version or alias
   */
  invokeLater(functionReference: string, event: string): void;
}

/** How long invocations under way may go on when the cloud lets go. */
const INVOCATION_GRACE_MS = 2_000;

/** @param pauses between attempts of asynchronous invocations */
export function lambdaService(cloud: Cloud, pauses: Pauses = LAMBDA_PAUSES): LambdaService {
  const functions = new Functions(cloud);
  const asynchronous = new AsynchronousInvocations(cloud, functions, pauses);
  const mappings = new Mappings(cloud, functions);
  return {
    name: "lambda",
    resources: [
      functionType(functions),
      ...functionSettings(functions),
      invocationType(functions),
      eventSourceMappingType(functions, mappings),
    ],
    api: { service: "lambda", handle: (request) => handleLambdaCall(functions, asynchronous, request) },
    invoke: (reference, event) => functions.invoke(reference, event),
    invokeLater: (reference, event) => asynchronous.take(reference, event),
    start: async () => {
      functions.clean();
      for (const { inputs } of cloud.account.ofType(FUNCTION)) {
        const folder = join(functions.codeFolder, inputs.code.hash);
        functions.put(versionOf(inputs, "$LATEST", folder), reserved(inputs));
      }
      for (const { id, inputs } of cloud.account.ofType(EVENT_SOURCE_MAPPING)) {
        await mappings.put(mappingSettings(id, inputs), inputs.enabled !== false);
      }
    },
    stop: async () => {
      asynchronous.stop();
      const stopped = mappings.stop(); // first, so that nobody calls a function again whose process is ended
      // A batch whose effect is done but whose answer is not in would be delivered again: it gets a moment to answer.
      await Promise.race([stopped, delay(INVOCATION_GRACE_MS, undefined, { ref: false })]);
      await functions.stop();
      await stopped;
      mappings.close();
    },
  };
}
