/** Asynchronous invocation: the caller is told at once that the event was taken, and Lambda goes on until it is done or given up. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
import { EVENT_INVOKE_CONFIG } from "./event-invoke-config.ts";
import { sendToQueue } from "./failure-queue.ts";
import { functionArn, parseFunctionReference } from "./function-version.ts";
import { Throttled, type Functions, type InvocationResult } from "./functions.ts";

export interface AsynchronousSettings {
  /** After an error of the function: at most two more times. */
  readonly retryAttemptsMax: number;
  readonly eventAgeMsMax: number;
  /** Where an event goes that was given up; undefined: nowhere, it is dropped. */
  readonly onFailureQueueArn?: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export interface Pauses {
  /** Before the second and the third attempt. */
  readonly afterErrorMs: readonly number[];
  readonly throttledFirstMs: number;
  readonly throttledMsMax: number;
}
export const LAMBDA_PAUSES: Pauses = {
  afterErrorMs: [60_000, 120_000],
  throttledFirstMs: 1_000,
  throttledMsMax: 300_000,
};

export interface Attempts {
  /** That ended in an error of the function. */
  readonly failed: number;
  readonly throttled: number;
  readonly ageMs: number;
}

export type GivenUpBecause = "RetriesExhausted" | "EventAgeExceeded";

/** What follows an attempt that did not succeed; the counts include it. */
export function afterAttempt(
  attempts: Attempts,
  { retryAttemptsMax, eventAgeMsMax }: AsynchronousSettings,
  pauses: Pauses,
  wasThrottled: boolean,
): { readonly pauseMs: number } | { readonly givenUp: GivenUpBecause } {
  if (!wasThrottled && attempts.failed > retryAttemptsMax) return { givenUp: "RetriesExhausted" };
  const pauseMs = wasThrottled
    ? Math.min(pauses.throttledFirstMs * 2 ** (attempts.throttled - 1), pauses.throttledMsMax)
    : (pauses.afterErrorMs[attempts.failed - 1] ?? 0);
  return attempts.ageMs + pauseMs > eventAgeMsMax ? { givenUp: "EventAgeExceeded" } : { pauseMs };
}

export class AsynchronousInvocations {
  readonly #cloud: Cloud;
  readonly #functions: Functions;
  readonly #pauses: Pauses;
  readonly #letGo = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(cloud: Cloud, functions: Functions, pauses: Pauses) {
    this.#cloud = cloud;
    this.#functions = functions;
    this.#pauses = pauses;
  }

  /** @throws when there is no such function, version or alias; everything later is Lambda's own affair */
  take(reference: string, event: string): void {
    this.#functions.requireVersion(reference);
    const work = this.#carryOut(reference, event).catch((error: unknown) => {
      if (!this.#letGo.signal.aborted) this.#log(reference, (error as Error).message);
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** What waits for another attempt is lost, as the README says; what runs is left to the caller to end. */
  stop(): void {
    this.#letGo.abort();
  }

  async #carryOut(reference: string, event: string): Promise<void> {
    const startedAtMs = Date.now();
    let failed = 0;
    let throttled = 0;
    for (;;) {
      const outcome = await this.#attempt(reference, event);
      if (outcome !== "throttled" && outcome.error === undefined) return;
      if (this.#letGo.signal.aborted) return;
      const wasThrottled = outcome === "throttled";
      if (wasThrottled) throttled += 1;
      else failed += 1;
      const settings = asynchronousSettings(this.#cloud, reference);
      const attempts = { failed, throttled, ageMs: Date.now() - startedAtMs };
      const next = afterAttempt(attempts, settings, this.#pauses, wasThrottled);
      if ("givenUp" in next)
        return this.#giveUp(reference, event, settings, { ...attempts, because: next.givenUp, outcome });
      await delay(next.pauseMs, undefined, { signal: this.#letGo.signal, ref: false });
    }
  }

  async #attempt(reference: string, event: string): Promise<InvocationResult | "throttled"> {
    try {
      return await this.#functions.invoke(reference, event);
    } catch (error) {
      if (error instanceof Throttled) return "throttled";
      throw error;
    }
  }

  async #giveUp(
    reference: string,
    event: string,
    { onFailureQueueArn }: AsynchronousSettings,
    end: Attempts & { because: GivenUpBecause; outcome: InvocationResult | "throttled" },
  ): Promise<void> {
    const what = `an event was given up (${end.because}, ${end.failed} failed, ${end.throttled} throttled)`;
    if (onFailureQueueArn === undefined)
      return this.#log(reference, `${what}; it has no on-failure destination, so it is lost.`);
    const record = failureRecord(reference, event, end);
    const { roleArn } = this.#functions.requireVersion(reference);
    try {
      await sendToQueue(this.#cloud, roleArn, onFailureQueueArn, record);
      this.#log(reference, `${what}; it is in ${onFailureQueueArn}.`);
    } catch (error) {
      this.#log(reference, `${what}, and ${onFailureQueueArn} did not take it: ${(error as Error).message}`);
    }
  }

  #log(reference: string, message: string): void {
    this.#cloud.log(`lambda ${reference}: ${message}`);
  }
}

/** Of the version or alias that was called, and of nothing else: AWS looks no further either. */
export function asynchronousSettings(cloud: Cloud, reference: string): AsynchronousSettings {
  const { name, qualifier = "$LATEST" } = parseFunctionReference(reference);
  const config = cloud.account
    .ofType(EVENT_INVOKE_CONFIG)
    .find(
      ({ inputs }) =>
        parseFunctionReference(inputs.functionName as string).name === name &&
        (inputs.qualifier ?? "$LATEST") === qualifier,
    )?.inputs;
  return {
    retryAttemptsMax: config?.maximumRetryAttempts ?? 2,
    eventAgeMsMax: (config?.maximumEventAgeInSeconds ?? 21_600) * 1_000,
    onFailureQueueArn: config?.destinationConfig?.onFailure?.destination,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function failureRecord(
  reference: string,
  event: string,
  { failed, because, outcome }: { failed: number; because: GivenUpBecause; outcome: InvocationResult | "throttled" },
): object {
  const { name, qualifier = "$LATEST" } = parseFunctionReference(reference);
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn(name)}:${qualifier}`,
      condition: because,
      approximateInvokeCount: failed,
    },
    requestPayload: JSON.parse(event) as unknown,
    ...(outcome !== "throttled" && {
      responseContext: { statusCode: 200, executedVersion: outcome.executedVersion, functionError: "Unhandled" },
      responsePayload: JSON.parse(outcome.payload) as unknown,
    }),
  };
}
