import type { Cloud, Service } from "../../cloud.ts";
import { judge, type Verdict } from "./firewall.ts";
import { FirewallLog } from "./firewall-log.ts";
import { RequestRates } from "./request-rates.ts";
import { firewallResources } from "./resources.ts";
import type { WebRequest } from "./web-request.ts";

export interface WafService extends Service {
  /** Asked once for each request: it is counted and logged. @returns undefined where no web ACL stands before it */
  inspect(resourceArn: string, request: WebRequest): Verdict | undefined;
}

/** Web ACLs decide by what the program's own rules say. AWS's managed groups are recorded: their rules are not public. */
export function wafService(cloud: Cloud): WafService {
  const rates = new RequestRates();
  const log = new FirewallLog(cloud);
  return {
    name: "wafv2",
    resources: firewallResources,
    inspect: (resourceArn, request) => {
      const nowMs = Date.now();
      const verdict = judge(cloud.account, rates, resourceArn, request, nowMs);
      if (verdict !== undefined) log.write(verdict, request, nowMs);
      return verdict;
    },
    stop: () => log.close(),
  };
}
