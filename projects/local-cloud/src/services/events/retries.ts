/** How long EventBridge goes on: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
import type { DeliveryFailure } from "./delivery-failure.ts";

export interface RetryPolicy {
  /** AWS's own limits when the rule sets none: a day, and 185 times. */
  readonly eventAgeSecondsMax?: number;
  readonly retryAttemptsMax?: number;
}

export type NextStep =
  | { readonly pauseMs: number }
  /** Why it ends; undefined when trying again would be of no use. */
  | { readonly exhausted: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | undefined };

const EVENT_AGE_SECONDS_MAX = 86_400;
const RETRY_ATTEMPTS_MAX = 185;
const FIRST_PAUSE_MS = 200;
const PAUSE_MS_MAX = 60_000;

/** @param jitter 0 to 1, so that targets which failed together are not all called again together */
export function afterFailure(
  failure: DeliveryFailure,
  { retries, ageMs }: { retries: number; ageMs: number },
  { eventAgeSecondsMax = EVENT_AGE_SECONDS_MAX, retryAttemptsMax = RETRY_ATTEMPTS_MAX }: RetryPolicy,
  jitter: number,
): NextStep {
  if (!failure.retried) return { exhausted: undefined };
  if (retries >= retryAttemptsMax) return { exhausted: "MaximumRetryAttempts" };
  const pauseMs = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** retries) * (0.5 + jitter / 2);
  return ageMs + pauseMs > eventAgeSecondsMax * 1_000 ? { exhausted: "MaximumEventAgeInSeconds" } : { pauseMs };
}
