/** The firewall's log: one JSON line per request that the logging configuration keeps, without what it redacts. */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import type { Verdict } from "./firewall.ts";
import { LOGGING } from "./tokens.ts";
import type { WebRequest } from "./web-request.ts";

const REDACTED = "REDACTED";

/** Lines in the order of the requests. */
export class FirewallLog {
  readonly #cloud: Cloud;
  #written: Promise<void> = Promise.resolve();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** No request waits for it: a log that cannot be written is said in the cloud's own. */
  write(verdict: Verdict, request: WebRequest, nowMs: number): void {
    const { arn } = verdict.webAcl;
    const configuration = this.#cloud.account.ofType(LOGGING).find(({ inputs }) => inputs.resourceArn === arn);
    if (configuration === undefined || !isKept(configuration.inputs.loggingFilter, verdict)) return;
    const line = JSON.stringify(logLine(configuration.inputs.redactedFields ?? [], verdict, request, nowMs));
    for (const destination of configuration.inputs.logDestinationConfigs as string[]) {
      const group = /:log-group:([^:]+)/.exec(destination)?.[1];
      if (group !== undefined) this.#written = this.#written.then(() => this.#append(group, line));
    }
  }

  /** Resolves when everything is on disk. */
  async close(): Promise<void> {
    await this.#written;
  }

  async #append(group: string, line: string): Promise<void> {
    const folder = join(this.#cloud.home, "logs");
    try {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, `${group}.log`), `${line}\n`, { mode: 0o600 });
    } catch (error) {
      this.#cloud.log(`wafv2: ${group} cannot be written: ${(error as Error).message}`);
    }
  }
}

/** The first filter that a request meets decides, else the default. */
export function isKept(filter: Properties | undefined, verdict: Verdict): boolean {
  if (filter === undefined) return true;
  const taken = [verdict.action as string, ...verdict.counted.map(() => "COUNT")];
  const met = (filter.filters as readonly Properties[]).find(({ conditions, requirement }) => {
    const holds = (conditions as readonly Properties[]).map(({ actionCondition }) =>
      taken.includes(actionCondition?.action as string),
    );
    return requirement === "MEETS_ALL" ? holds.every(Boolean) : holds.some(Boolean);
  });
  return (met?.behavior ?? filter.defaultBehavior) === "KEEP";
}

export function logLine(
  redacted: readonly Properties[],
  verdict: Verdict,
  request: WebRequest,
  nowMs: number,
): Properties {
  const hides = (part: string) => redacted.some((field) => field[part] !== undefined);
  const hidden = redacted.map(({ singleHeader }) => (singleHeader?.name as string | undefined)?.toLowerCase());
  return {
    timestamp: nowMs,
    formatVersion: 1,
    webaclId: verdict.webAcl.arn,
    terminatingRuleId: verdict.terminatingRule,
    action: verdict.action,
    nonTerminatingMatchingRules: verdict.counted.map((ruleId) => ({ ruleId, action: "COUNT" })),
    httpRequest: {
      clientIp: request.sourceIp,
      headers: Object.entries(request.headers)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ({ name, value: hidden.includes(name) ? REDACTED : String(value) })),
      uri: hides("uriPath") ? REDACTED : request.path,
      args: hides("queryString") ? REDACTED : request.query,
      httpMethod: hides("method") ? REDACTED : request.method,
    },
  };
}
