import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
import { DeliveryFailure, failureOf } from "./delivery-failure.ts";
import type { Event } from "./event.ts";
import { afterFailure } from "./retries.ts";
import type { RetryPolicy } from "./retries.ts";
import { send } from "./targets.ts";
import { transformed } from "./transformation.ts";
import type { RuleFacts, Transformation } from "./transformation.ts";

/** A rule's target, as the event's way to it needs it. */
export interface Target extends Transformation, RetryPolicy {
  readonly arn: string;
  readonly deadLetterQueueArn?: string;
}

/**
 * Brings one event to one target: again and again while the failure may pass, and to the dead-letter queue when it
 * does not. What could not even be kept there is named in the cloud's log, by its id alone.
 * @param signal ends the pauses when the cloud lets go; what is still under way then is lost
 */
export async function deliver(
  cloud: Cloud,
  event: Event,
  { rule, target, signal }: { rule: RuleFacts; target: Target; signal: AbortSignal },
): Promise<void> {
  const startedAtMs = Date.now();
  for (let retries = 0; ; retries += 1) {
    const failure = await attempt(cloud, event, rule, target);
    if (failure === undefined) return;
    const next = afterFailure(failure, { retries, ageMs: Date.now() - startedAtMs }, target, Math.random());
    if ("exhausted" in next) return bury(cloud, event, rule, target, { failure, retries, exhausted: next.exhausted });
    await delay(next.pauseMs, undefined, { signal, ref: false });
  }
}

async function attempt(
  cloud: Cloud,
  event: Event,
  rule: RuleFacts,
  target: Target,
): Promise<DeliveryFailure | undefined> {
  const body = transformed(event, target, rule);
  if (body === undefined) return new DeliveryFailure("INVALID_JSON", "The input template makes no JSON of this event.");
  try {
    await send(cloud, { ruleArn: rule.arn, targetArn: target.arn, body });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

interface Death {
  readonly failure: DeliveryFailure;
  readonly retries: number;
  readonly exhausted: string | undefined;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
async function bury(
  cloud: Cloud,
  event: Event,
  rule: RuleFacts,
  target: Target,
  { failure, retries, exhausted }: Death,
): Promise<void> {
  const what = `Event ${event.id} of rule ${rule.name} did not reach ${target.arn} (${failure.code}: ${failure.message})`;
  if (target.deadLetterQueueArn === undefined) return cloud.log(`${what}, and the target has no dead-letter queue.`);
  const attributes = {
    ...{ RULE_ARN: rule.arn, TARGET_ARN: target.arn, ERROR_CODE: failure.code, ERROR_MESSAGE: failure.message },
    ...{ RETRY_ATTEMPTS: String(retries), ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }) },
  };
  const parcel = { ruleArn: rule.arn, targetArn: target.deadLetterQueueArn, body: JSON.stringify(event), attributes };
  try {
    await send(cloud, parcel);
    cloud.log(`${what}; it is in the dead-letter queue.`);
  } catch (error) {
    cloud.log(`${what}, and the dead-letter queue refused it too: ${failureOf(error).message}`);
  }
}
