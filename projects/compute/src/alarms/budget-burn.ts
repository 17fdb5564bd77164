import type { AlarmRow, CompositeRow } from "./alarm.ts";
import { burnExpression, BURNS, burnThreshold } from "./burn-rate.ts";
import { gateway } from "./metrics.ts";
import type { Watched } from "./watched.ts";

const WORDS = {
  300: "five minutes",
  1_800: "half an hour",
  3_600: "an hour",
  21_600: "six hours",
} as const;

/** COMP-66 and COMP-67, measured where callers are: at the gateway. */
export function budgetBurn(watched: Watched): readonly CompositeRow[] {
  return [
    burn(watched, "fast", "COMP-66", "page", "The month's error budget would be gone in two days"),
    burn(watched, "slow", "COMP-67", "look", "The month's error budget would be gone in five days"),
  ];
}

function burn(
  watched: Watched,
  speed: keyof typeof BURNS,
  rule: "COMP-66" | "COMP-67",
  urgency: "page" | "look",
  says: string,
): CompositeRow {
  const { longSeconds, shortSeconds } = BURNS[speed];
  const todo = "See on the dashboard of the service which layer fails: gateway, load balancer, tasks or database.";
  const window = (seconds: keyof typeof WORDS): AlarmRow => ({
    purpose: `burn-${speed}-${seconds / 60}m`,
    rule,
    says: `Requests failed in the last ${WORDS[seconds]} more than ${BURNS[speed].rate} times as often as the objective allows`,
    todo,
    subject: {
      expression: burnExpression(),
      label: "Failed requests, ratio",
      metrics: {
        failures: gateway(watched, "5XXError", "Sum"),
        requests: gateway(watched, "Count", "Sum"),
      },
    },
    periodSeconds: seconds,
    comparison: "above",
    threshold: burnThreshold(BURNS[speed]),
    points: [1, 1],
    missing: "notBreaching",
    urgency: "part",
  });
  return { purpose: `burn-${speed}`, rule, says, todo, all: [window(longSeconds), window(shortSeconds)], urgency };
}
