import type { Rule } from "../rule.ts";

/** Where a physical name stands, by type; types without an entry have no name of ours. */
const NAME_PROPERTIES = [
  "name",
  "bucket",
  "clusterIdentifier",
  "identifier",
  "replicationGroupId",
  "userGroupId",
  "userId",
  "repositoryName",
] as const;

/** A task definition is named by its family; a parameter group's family is the engine's. */
const FAMILIES = new Set(["aws:ecs/taskDefinition:TaskDefinition"]);

/** Names that the outside world fixes, or that only repeat another resource's name. */
const NAMED_BY_OTHERS = new Set([
  "aws:cognito/userPoolClient:UserPoolClient",
  "aws:cognito/resourceServer:ResourceServer",
  "aws:route53/record:Record",
  "aws:route53/zone:Zone",
]);

export const suffixedNames: Rule = {
  name: "names-hold-suffix",
  pins: "POL-1, OPS-12",
  holds: "Every physical name is srs-<suffix>-<purpose>, so that environments never collide.",
  remedy: "Take the name from the stack settings: settings.name(purpose, service).",
  check: ({ type, props }) => {
    const suffix = (props.tags as Record<string, string> | undefined)?.EnvironmentSuffix;
    if (!suffix || NAMED_BY_OTHERS.has(type)) return [];
    const form = new RegExp(`(^|[/-])srs[-/_]${suffix}([-/_]|$)`);
    const properties = FAMILIES.has(type) ? [...NAME_PROPERTIES, "family"] : NAME_PROPERTIES;
    return properties.flatMap((property) => {
      const name: unknown = props[property];
      return typeof name === "string" && !form.test(name) ? [`${property} is "${name}".`] : [];
    });
  },
};
