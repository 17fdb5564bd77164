/** What a web ACL makes of a request: its rules by priority, until one ends the matter. */
import type { Account } from "../../cloud.ts";
import type { Properties, ResourceRecord } from "../../resource-type.ts";
import type { RequestRates } from "./request-rates.ts";
import { matches } from "./statement.ts";
import { ASSOCIATION, WEB_ACL } from "./tokens.ts";
import type { WebRequest } from "./web-request.ts";

export type Action = "ALLOW" | "BLOCK";

export interface Verdict {
  readonly webAcl: ResourceRecord;
  readonly action: Action;
  /** `Default_Action` when no rule decided. */
  readonly terminatingRule: string;
  /** Rules that matched and only counted, in order. */
  readonly counted: readonly string[];
}

/** @returns undefined where no web ACL stands before the resource */
export function judge(
  account: Account,
  rates: RequestRates,
  resourceArn: string,
  request: WebRequest,
  nowMs: number,
): Verdict | undefined {
  const webAcl = webAclOf(account, resourceArn);
  if (webAcl === undefined) return undefined;
  const rules = ((webAcl.inputs.rules ?? []) as readonly Properties[]).toSorted((a, b) => a.priority - b.priority);
  const counted: string[] = [];
  for (const rule of rules) {
    const name = rule.name as string;
    const view = { account, rates, rule: `${webAcl.id}\n${name}`, nowMs };
    if (!matches(rule.statement as Properties, request, view)) continue;
    const action = actionOf(rule);
    if (action !== "COUNT") return { webAcl, action, terminatingRule: name, counted };
    counted.push(name);
  }
  const action = webAcl.inputs.defaultAction.block === undefined ? "ALLOW" : "BLOCK";
  return { webAcl, action, terminatingRule: "Default_Action", counted };
}

function actionOf({ action }: Properties): Action | "COUNT" {
  if (action?.block !== undefined) return "BLOCK";
  return action?.allow === undefined ? "COUNT" : "ALLOW";
}

function webAclOf(account: Account, resourceArn: string): ResourceRecord | undefined {
  const association = account.ofType(ASSOCIATION).find(({ inputs }) => inputs.resourceArn === resourceArn);
  const record = association && account.byArn(association.inputs.webAclArn as string);
  return record?.type === WEB_ACL ? record : undefined;
}
