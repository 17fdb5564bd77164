import { matchesText } from "../pattern.ts";
import { listOf, type Statement } from "../policy-document.ts";
import { suggestion } from "./closest.ts";
import { idle, refused, type Fault } from "./fault.ts";
import { servicePrefixes, serviceReference, type ActionReference, type ServiceReference } from "./reference.ts";

/** An element of `Action`, and what AWS knows by it. */
export interface NamedAction {
  readonly pattern: string;
  readonly service: ServiceReference;
  readonly actions: readonly ActionReference[];
}

const FORM = /^(\*|([a-z0-9-]+):([a-z0-9*?]+))$/i;
/** The only actions of a role's trust policy. */
const TRUST_ACTIONS = /^sts:(AssumeRole(WithSAML|WithWebIdentity)?|TagSession|SetSourceIdentity|SetContext)$/i;

/** Whether the statement speaks of everything, or of everything but a few: no list to look at. */
export function isUnlisted(statement: Statement): boolean {
  return statement.NotAction !== undefined || listOf(statement.Action).includes("*");
}

/** What AWS knows by the statement's actions; unknown ones are left out. */
export function namedActions(statement: Statement): readonly NamedAction[] {
  return [...listOf(statement.Action), ...listOf(statement.NotAction)].flatMap((pattern) => {
    const [, , prefix, name] = FORM.exec(pattern) ?? [];
    const service = prefix === undefined ? undefined : serviceReference(prefix);
    if (service === undefined || name === undefined) return [];
    const actions = service.actions.filter((action) =>
      matchesText(name, action.name, { wildcards: true, ignoreCase: true }),
    );
    return actions.length === 0 ? [] : [{ pattern, service, actions }];
  });
}

/** @param only the one service whose actions the policy may name: a queue's policy speaks of queues */
export function actionFaults(statement: Statement, trust: boolean, only?: string): readonly Fault[] {
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
    return [refused("exactly one of Action and NotAction is needed.")];
  }
  return [...listOf(statement.Action), ...listOf(statement.NotAction)].flatMap((pattern) => {
    const [form, , prefix, name = ""] = FORM.exec(pattern) ?? [];
    if (form === undefined) return [refused(`"${pattern}" is no action of the form service:Action.`)];
    if (trust && !TRUST_ACTIONS.test(pattern)) {
      return [refused(`AssumeRole policy may only specify STS AssumeRole actions; "${pattern}" is none.`)];
    }
    if (prefix === undefined) return [];
    const service = serviceReference(prefix);
    if (service === undefined) {
      return [idle(`"${pattern}" names no service of AWS.${suggestion(prefix, servicePrefixes())}`)];
    }
    if (only !== undefined && service.prefix !== only) {
      return [refused(`Policy statement action out of service scope: "${pattern}" is no action of ${only}.`)];
    }
    const known = service.actions.some((action) =>
      matchesText(name, action.name, { wildcards: true, ignoreCase: true }),
    );
    if (known) return [];
    const meant = suggestion(
      name,
      service.actions.map((action) => action.name),
    );
    return [idle(`"${pattern}" is no action of ${service.prefix}.${meant}`)];
  });
}
