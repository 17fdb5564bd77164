/** Advice: what is worth a second look, and stops nothing. */
import { placeOf } from "../place.ts";
import type { ResourceRule, StackRule } from "../rule.ts";
import { containersOf } from "./containers.ts";

/** Above the sizing table by this factor a stack costs noticeably more than was agreed. */
const SLACK = 1.2;

/** Rows of the sizing table that cost most. Endpoints are counted once for each zone that they are in. */
const COSTS = {
  local: { natGateways: 1, endpoints: 16 * 2, maxCapacity: 1 },
  dev: { natGateways: 1, endpoints: 6 * 2, maxCapacity: 4 },
  staging: { natGateways: 1, endpoints: 16 * 3, maxCapacity: 16 },
  prod: { natGateways: 3, endpoints: 16 * 3, maxCapacity: 64 },
} as const;

export const costHint: StackRule = {
  id: "POL-35",
  name: "cost-hint",
  pins: "OPS-20, OPS-65",
  holds: "What costs most stays near the sizing table.",
  remedy: "Compare with the cost table of the specification (7.7), then change the sizing table if it is meant.",
  level: "advisory",
  scope: "stack",
  check: ({ resources, urn }) => {
    const { environment } = placeOf(urn);
    if (environment === undefined) return [];
    const agreed = COSTS[environment];
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    const above = (count: number, limit: number, what: string) =>
      count > limit * SLACK && `The stack has ${count} ${what}, where ${environment} was to have ${limit}.`;
    return [
      above(ofType("aws:ec2/natGateway:NatGateway").length, agreed.natGateways, "NAT gateways"),
      () => {
        const interfaces = ofType("aws:ec2/vpcEndpoint:VpcEndpoint").filter(
          ({ props }) => props.vpcEndpointType === "Interface",
        );
        const places = interfaces.reduce((sum, { props }) => sum + [props.subnetIds ?? []].flat().length, 0);
        return above(places, agreed.endpoints, "interface endpoints (counted per zone)");
      },
      ...ofType("aws:rds/cluster:Cluster").map(({ props }) => () => {
        const scaling = props.serverlessv2ScalingConfiguration as { maxCapacity?: number } | undefined;
        return above(Number(scaling?.maxCapacity ?? 0), agreed.maxCapacity, "capacity units (maximum)");
      }),
    ];
  },
};

/** Ports at which whoever scans for a database knocks first. */
const DEFAULT_PORTS: readonly unknown[] = [1433, 1521, 3306, 5432];
const DEFAULT_NAMES: ReadonlySet<unknown> = new Set([
  "admin",
  "administrator",
  "default",
  "master",
  "postgres",
  "root",
]);

export const noDefaults: ResourceRule = {
  id: "POL-36",
  name: "no-default-names",
  pins: "RDS.23, RDS.24",
  holds: "Databases have neither the port nor the names that everybody tries first.",
  remedy: "Choose another port or name, or agree on an exception where the service fixes it.",
  level: "advisory",
  scope: "resource",
  types: [
    "aws:rds/cluster:Cluster",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  ],
  check: ({ props }) => [
    ...["port", "fromPort"].map(
      (property) => () =>
        DEFAULT_PORTS.includes(props[property]) && `${property} is ${String(props[property])}, a default port.`,
    ),
    ...["masterUsername", "databaseName"].map(
      (property) => () =>
        DEFAULT_NAMES.has(props[property]) && `${property} is ${String(props[property])}, a default name.`,
    ),
  ],
};

export const imagesByDigest: ResourceRule = {
  id: "POL-36",
  name: "image-by-digest",
  pins: "COMP-8",
  holds: "A task runs the image that was tested: its digest says so, a tag may move.",
  remedy: "Pass the digest that the build returned (repository@sha256:...).",
  level: "advisory",
  scope: "resource",
  types: ["aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"],
  check: ({ props }) => {
    const images = [...containersOf(props).map(({ image }) => image), props.imageUri as unknown];
    return images
      .filter((image) => typeof image === "string" && !/@sha256:[0-9a-f]{64}$/.test(image))
      .map((image) => `The image ${String(image)} is named by a tag.`);
  },
};

/** Days that content of a class may live at most; undefined: as long as it is an education record. */
const KEPT_DAYS: Readonly<Record<string, number | undefined>> = {
  "audit-7y": 2555 + 30,
  "operational-400d": 400,
  "transient-30d": 30,
};

export const retentionOfClass: ResourceRule = {
  id: "POL-37",
  name: "retention-within-class",
  pins: "DATA-53, COMP-62",
  holds: "Nothing is kept longer than its retention class says.",
  remedy: "Shorten the retention, or give the resource the class that it has.",
  level: "advisory",
  scope: "resource",
  types: ["aws:cloudwatch/logGroup:LogGroup", "aws:kinesis/stream:Stream", "aws:sqs/queue:Queue"],
  check:
    ({ props }) =>
    () => {
      const retention = String((props.tags as Record<string, string> | undefined)?.RetentionClass);
      const limit = KEPT_DAYS[retention];
      const days =
        Number(props.retentionInDays ?? 0) ||
        Number(props.retentionPeriod ?? 0) / 24 ||
        Number(props.messageRetentionSeconds ?? 0) / 86_400;
      return (
        limit !== undefined && days > limit && `It keeps what it holds ${days} days; ${retention} allows ${limit}.`
      );
    },
};

/** Names that the AWS package keeps for old programs. */
const DEPRECATED: readonly string[] = [
  "BucketAccelerateConfigurationV2",
  "BucketAclV2",
  "BucketCorsConfigurationV2",
  "BucketLifecycleConfigurationV2",
  "BucketLoggingV2",
  "BucketObjectLockConfigurationV2",
  "BucketRequestPaymentConfigurationV2",
  "BucketServerSideEncryptionConfigurationV2",
  "BucketV2",
  "BucketVersioningV2",
  "BucketWebsiteConfigurationV2",
].map((name) => `aws:s3/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`);

export const noDeprecatedTypes: ResourceRule = {
  id: "POL-38",
  name: "no-deprecated-types",
  pins: "TRAP-6",
  holds: "No resource is of a type that the provider is about to drop.",
  remedy: "Use the type without V2; aliases keep what exists.",
  level: "advisory",
  scope: "resource",
  types: DEPRECATED,
  check: ({ type }) => `${type} is a deprecated name.`,
};
