import * as http from "node:http";
import * as https from "node:https";
import type { Address } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";

export type HealthStatus = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** A target group's health check with AWS's defaults filled in. */
export interface HealthCheck {
  readonly enabled: boolean;
  readonly protocol: "HTTP" | "HTTPS";
  readonly path: string;
  /** Undefined: the port that takes the traffic. */
  readonly port?: number;
  readonly matcher: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export function healthCheckOf(inputs: Properties): HealthCheck {
  const check: Properties = inputs.healthCheck ?? {};
  const port = check.port === undefined || check.port === "traffic-port" ? undefined : Number(check.port);
  return {
    enabled: check.enabled ?? true,
    protocol: check.protocol ?? "HTTP",
    path: check.path ?? "/",
    ...(port !== undefined && { port }),
    matcher: check.matcher ?? "200",
    intervalMs: (check.interval ?? 30) * 1000,
    timeoutMs: (check.timeout ?? 5) * 1000,
    healthyThreshold: check.healthyThreshold ?? 3,
    unhealthyThreshold: check.unhealthyThreshold ?? 3,
  };
}

/** What the checks of one target have shown so far. */
export interface Health {
  readonly status: "initial" | "healthy" | "unhealthy";
  /** Checks in a row that contradict the status. */
  readonly streak: number;
}
export const NEW_TARGET: Health = { status: "initial", streak: 0 };

/** A new target needs one passed check; after that a change needs as many in a row as the thresholds say. */
export function afterCheck(health: Health, passed: boolean, check: HealthCheck): Health {
  const streak = health.streak + 1;
  switch (health.status) {
    case "initial":
      if (passed) return { status: "healthy", streak: 0 };
      return streak >= check.unhealthyThreshold ? { status: "unhealthy", streak: 0 } : { status: "initial", streak };
    case "healthy":
      if (passed) return { status: "healthy", streak: 0 };
      return streak >= check.unhealthyThreshold ? { status: "unhealthy", streak: 0 } : { status: "healthy", streak };
    case "unhealthy":
      if (!passed) return { status: "unhealthy", streak: 0 };
      return streak >= check.healthyThreshold ? { status: "healthy", streak: 0 } : { status: "unhealthy", streak };
  }
}

/** One check on a connection of its own. The certificate is not verified: a load balancer does not do so either. */
export function probe(target: Address, check: HealthCheck, agent: http.Agent): Promise<boolean> {
  const client = check.protocol === "HTTPS" ? https : http;
  return new Promise((resolve) => {
    const request = client.get({
      host: target.host,
      port: check.port ?? target.port,
      path: check.path,
      headers: { host: `${target.host}:${target.port}`, "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
      agent,
      signal: AbortSignal.timeout(check.timeoutMs),
    });
    request.once("response", (response) => {
      response.resume();
      resolve(matches(check.matcher, response.statusCode ?? 0));
    });
    request.once("error", () => resolve(false)); // refused, reset or too late: the target is not healthy
  });
}

/** `200`, `200,202` or `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high = low] = part.trim().split("-").map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}
