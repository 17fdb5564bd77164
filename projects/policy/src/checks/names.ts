import { ifKnown } from "../links.ts";
import { placeOf } from "../place.ts";
import type { Finding, Resource, ResourceRule, StackRule } from "../rule.ts";

/** Inputs that give a resource its physical name; types without an entry have no name of ours. */
const NAME_PROPERTIES: readonly string[] = [
  "name",
  "bucket",
  "clusterIdentifier",
  "identifier",
  "replicationGroupId",
  "userGroupId",
  "userId",
  "repositoryName",
  "dashboardName",
  "dbProxyEndpointName",
  "creationToken",
];

/** A task definition is named by its family; a parameter group's family is the engine's. */
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  "aws:ecs/taskDefinition:TaskDefinition": ["family"],
};

/** Named by this property alone, whatever else it has. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
};

/** Types whose `name` or the like is the name of something else, or fixed by the outside world. */
const NAMED_BY_OTHERS: ReadonlySet<string> = new Set([
  "aws:cognito/userPoolClient:UserPoolClient",
  "aws:cognito/resourceServer:ResourceServer",
  "aws:ecs/accountSettingDefault:AccountSettingDefault",
  "aws:guardduty/detectorFeature:DetectorFeature",
  "aws:iam/serviceLinkedRole:ServiceLinkedRole",
  "aws:lambda/alias:Alias",
  "aws:route53/record:Record",
  "aws:route53/zone:Zone",
]);

/** Satellites repeat the name of what they belong to, which is checked there. */
const REPEATS: Readonly<Record<string, readonly string[]>> = {
  bucket: ["aws:s3/bucket:Bucket"],
  clusterIdentifier: ["aws:rds/cluster:Cluster"],
  userGroupId: ["aws:elasticache/userGroup:UserGroup"],
  userId: ["aws:elasticache/user:User"],
};

/** Forms that a service takes other than `srs-<suffix>-<purpose>`. */
const FORMS: Readonly<Record<string, (suffix: string) => RegExp>> = {
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": (suffix) => new RegExp(`^srs_${suffix}_[a-z0-9_]+$`),
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": (suffix) => new RegExp(`^srs_${suffix}_[a-z0-9_]+$`),
  "aws:cloudwatch/logGroup:LogGroup": (suffix) =>
    // The second is the form WAF demands; the others are those of services that write to a group by a name of their own.
    new RegExp(
      `^(/srs/${suffix}/[a-z0-9/-]+|aws-waf-logs-srs-${suffix}-[a-z0-9-]+|/aws/[a-zA-Z0-9/-]*[/](cwsyn-)?srs-${suffix}-.+|API-Gateway-Execution-Logs_.+)$`,
    ),
  "aws:kms/alias:Alias": (suffix) => new RegExp(`^alias/srs-${suffix}-[a-z0-9-]+$`),
  "aws:s3/bucket:Bucket": (suffix) => new RegExp(`^srs-${suffix}-[a-z0-9-]+-[0-9]{12}$`),
  "aws:secretsmanager/secret:Secret": (suffix) => new RegExp(`^srs/${suffix}/[a-z0-9/-]+$`),
};
const HYPHENATED = (suffix: string) => new RegExp(`^srs-${suffix}-[a-z0-9-]*[a-z0-9]$`);

const REMEDY = "Take the name from the stack settings: settings.name(purpose, service).";
const HOLDS =
  "Every physical name is srs-<suffix>-<purpose> in the service's own form, so that environments never collide.";

export const suffixedNames: ResourceRule = {
  id: "POL-1",
  name: "names-hold-suffix",
  pins: "OPS-12, OPS-14",
  holds: HOLDS,
  remedy: REMEDY,
  level: "mandatory",
  scope: "resource",
  check: (resource) => {
    const suffix = suffixIn(resource);
    return suffix ? misnamed(resource, suffix) : [];
  },
};

/** Types without tags whose name is one in the account. */
const UNTAGGED: ReadonlySet<string> = new Set([
  "aws:appautoscaling/policy:Policy",
  "aws:cfg/conformancePack:ConformancePack",
  "aws:cfg/deliveryChannel:DeliveryChannel",
  "aws:cfg/recorder:Recorder",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/queryDefinition:QueryDefinition",
  "aws:kms/alias:Alias",
  "aws:route53/resolverFirewallRule:ResolverFirewallRule",
]);

/** Aliases, metric filters and the like carry no tag that tells the suffix: their neighbours' tags do. */
export const suffixedUntaggedNames: StackRule = {
  id: "POL-1",
  name: "untagged-names-hold-suffix",
  pins: "OPS-12",
  holds: HOLDS,
  remedy: REMEDY,
  level: "mandatory",
  scope: "stack",
  check: ({ resources, urn }) => {
    const found = resources.map((resource) => ifKnown(() => suffixIn(resource))).find((suffix) => suffix !== undefined);
    const suffix = found ?? placeOf(urn).stack.replaceAll(/[^a-z0-9]/g, "");
    return resources.filter(({ type }) => UNTAGGED.has(type)).map((resource) => () => misnamed(resource, suffix));
  },
};

function suffixIn({ props }: Resource): string | undefined {
  return (props.tags as Record<string, string> | undefined)?.EnvironmentSuffix;
}

function misnamed(resource: Resource, suffix: string): Finding {
  const { type, props } = resource;
  if (NAMED_BY_OTHERS.has(type)) return [];
  const form = (FORMS[type] ?? HYPHENATED)(suffix);
  return (NAMED_BY[type] ?? [...NAME_PROPERTIES, ...(BY_TYPE[type] ?? [])])
    .filter((property) => REPEATS[property]?.includes(type) ?? true)
    .map((property) => () => {
      const name: unknown = props[property];
      if (typeof name !== "string" || form.test(name)) return [];
      return { about: resource, says: `${property} is "${name}", which is not of the form ${form.source}.` };
    });
}
