import { listOf, type Statement } from "../policy-document.ts";
import { isUnlisted, namedActions, type NamedAction } from "./actions.ts";
import { idle, refused, type Fault } from "./fault.ts";
import { arnsMeet } from "./globs.ts";

/** @param service  whose resource policies these are, where one is known */
export function resourceFaults(
  statement: Statement,
  kind: "identity" | "trust" | "resource",
  service?: string,
): readonly Fault[] {
  const given = [statement.Resource, statement.NotResource].filter((value) => value !== undefined);
  if (kind === "trust") return given.length > 0 ? [refused("a trust policy has no Resource.")] : [];
  // ECR refuses the element: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
  if (service === "ecr") return given.length > 0 ? [refused("a repository's policy has no Resource.")] : [];
  if (given.length !== 1) return [refused("exactly one of Resource and NotResource is needed.")];
  const malformed = given.flatMap(listOf).filter((resource) => !isArnPattern(resource));
  if (malformed.length > 0) {
    return malformed.map((resource) => refused(`Resource ${resource} must be in ARN format or "*".`));
  }
  if (statement.Resource === undefined || isUnlisted(statement)) return [];
  return unmatched(listOf(statement.Resource), namedActions(statement)).map(idle);
}

/** Six parts; a variable in the first place may hold any number of them. */
function isArnPattern(resource: string): boolean {
  if (resource === "*" || resource.startsWith("${")) return true;
  return resource.startsWith("arn:") && resource.split(":").length >= 6;
}

/** Pairs that can never come together: S3 refuses such a bucket policy, IAM takes it and nothing is allowed. */
function unmatched(resources: readonly string[], actions: readonly NamedAction[]): readonly string[] {
  const idle = actions.filter((action) => !resources.some((resource) => canApply(action, resource)));
  if (idle.length > 0) {
    return idle.map(
      (action) => `Action does not apply to any resource(s) in statement: ${action.pattern} ${applicability(action)}.`,
    );
  }
  return resources
    .filter((resource) => actions.length > 0 && !actions.some((action) => canApply(action, resource)))
    .map((resource) => `Resource ${resource} is none that an action of the statement can have.`);
}

function canApply(action: NamedAction, resource: string): boolean {
  return resource === "*" || formsOf(action).some((form) => arnsMeet(resource, form));
}

/** ARN forms of the resources that these actions have. The reference gives some types two, in one text. */
function formsOf({ service, actions }: NamedAction): readonly string[] {
  const types = new Set(actions.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
  return service.resourceTypes.filter(({ key }) => types.has(key)).flatMap(({ arn }) => arn.split(", "));
}

function applicability(action: NamedAction): string {
  const forms = formsOf(action);
  return forms.length === 0 ? 'has no resource, so that Resource must be "*"' : `applies to ${forms.join(", ")}`;
}
