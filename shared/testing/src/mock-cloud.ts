/** What AWS would answer: ids, ARNs and endpoints in their real form, so that contracts can be checked under the mocks. */
import { createHash } from "node:crypto";
import { backupCreators } from "./mock-backup.ts";
import { computeCreators } from "./mock-compute.ts";

export const ACCOUNT_ID = "000000000000";
export const REGION = "us-east-1";

type Inputs = Readonly<Record<string, unknown>>;
interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}
type Create = (name: string, inputs: Inputs) => Created;

const hex = (name: string, length = 17): string => createHash("sha256").update(name).digest("hex").slice(0, length);
const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
const prefixed =
  (prefix: string): Create =>
  (name) => ({ id: `${prefix}-${hex(name)}`, outputs: {} });

const creators: Readonly<Record<string, Create>> = {
  "aws:kms/key:Key": (name) => {
    const id = `${hex(name, 8)}-${hex(`${name}2`, 4)}-4${hex(name, 3)}-8${hex(`${name}3`, 3)}-${hex(name, 12)}`;
    return { id, outputs: { keyId: id, arn: arn("kms", `key/${id}`) } };
  },
  "aws:s3/bucket:Bucket": (name, inputs) => {
    const bucket = text(inputs.bucket, name);
    return {
      id: bucket,
      outputs: {
        bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucketRegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com`,
      },
    };
  },
  "aws:iam/role:Role": (name, inputs) => {
    const role = text(inputs.name, name);
    return {
      id: role,
      outputs: {
        name: role,
        arn: `arn:aws:iam::${ACCOUNT_ID}:role/${role}`,
        uniqueId: `AROA${hex(name, 16).toUpperCase()}`,
      },
    };
  },
  "aws:iam/policy:Policy": (name, inputs) => {
    const policy = `arn:aws:iam::${ACCOUNT_ID}:policy/${text(inputs.name, name)}`;
    return { id: policy, outputs: { arn: policy } };
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (_, inputs) => {
    const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${text(inputs.url, "").replace("https://", "")}`;
    return { id: provider, outputs: { arn: provider } };
  },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": (name, inputs) => {
    const role = `AWSServiceRoleFor${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const path = `aws-service-role/${text(inputs.awsServiceName, name)}`;
    const roleArn = `arn:aws:iam::${ACCOUNT_ID}:role/${path}/${role}`;
    return { id: roleArn, outputs: { name: role, arn: roleArn } };
  },
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs) => {
    const group = text(inputs.name, name);
    return { id: group, outputs: { name: group, arn: arn("logs", `log-group:${group}`) } };
  },
  "aws:cloudtrail/trail:Trail": (name, inputs) => ({
    id: name,
    outputs: { arn: arn("cloudtrail", `trail/${text(inputs.name, name)}`) },
  }),
  "aws:sns/topic:Topic": (name, inputs) => {
    const topic = arn("sns", text(inputs.name, name));
    return { id: topic, outputs: { arn: topic } };
  },
  "awsx:ec2:Vpc": (_name, inputs) => {
    const zones = inputs.availabilityZoneNames as readonly string[];
    const subnets = (kind: string) => zones.map((zone) => `subnet-${hex(kind + zone)}`);
    const associations = (kind: string) =>
      zones.map((zone) => ({ subnetId: `subnet-${hex(kind + zone)}`, routeTableId: `rtb-${kind}-${zone}` }));
    return {
      id: "",
      outputs: {
        vpcId: `vpc-${hex("vpc")}`,
        vpc: { id: `vpc-${hex("vpc")}`, cidrBlock: inputs.cidrBlock, defaultNetworkAclId: `acl-${hex("default")}` },
        publicSubnetIds: subnets("public"),
        privateSubnetIds: subnets("private"),
        isolatedSubnetIds: subnets("isolated"),
        routeTableAssociations: ["public", "private", "isolated"].flatMap(associations),
      },
    };
  },
  "aws:ec2/securityGroup:SecurityGroup": prefixed("sg"),
  "aws:ec2/networkAcl:NetworkAcl": prefixed("acl"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name) => ({
    id: `vpce-${hex(name)}`,
    outputs: { prefixListId: `pl-${hex(name)}` },
  }),
  "aws:rds/cluster:Cluster": (name, inputs) => {
    const id = text(inputs.clusterIdentifier, name);
    return {
      id,
      outputs: {
        arn: arn("rds", `cluster:${id}`),
        clusterResourceId: `cluster-${hex(name, 26).toUpperCase()}`,
        endpoint: `${id}.cluster-abc.${REGION}.rds.amazonaws.com`,
        readerEndpoint: `${id}.cluster-ro-abc.${REGION}.rds.amazonaws.com`,
        engineVersionActual: inputs.engineVersion,
        masterUserSecrets: [
          {
            secretArn: arn("secretsmanager", `secret:rds!cluster-${hex(name, 12)}-AbCdEf`),
            secretStatus: "active",
            kmsKeyId: "key",
          },
        ],
      },
    };
  },
  "aws:rds/proxy:Proxy": (name, inputs) => {
    const id = text(inputs.name, name);
    return {
      id,
      outputs: {
        arn: arn("rds", `db-proxy:prx-${hex(name)}`),
        endpoint: `${id}.proxy-abc.${REGION}.rds.amazonaws.com`,
      },
    };
  },
  "aws:rds/proxyEndpoint:ProxyEndpoint": (name, inputs) => {
    const id = text(inputs.dbProxyEndpointName, name);
    return {
      id,
      outputs: {
        arn: arn("rds", `db-proxy-endpoint:prx-endpoint-${hex(name)}`),
        endpoint: `${id}.endpoint.proxy-abc.${REGION}.rds.amazonaws.com`,
      },
    };
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, inputs) => {
    const id = text(inputs.replicationGroupId, name);
    return {
      id,
      outputs: {
        arn: arn("elasticache", `replicationgroup:${id}`),
        port: 6379,
        primaryEndpointAddress: `master.${id}.abc.use1.cache.amazonaws.com`,
        readerEndpointAddress: `replica.${id}.abc.use1.cache.amazonaws.com`,
      },
    };
  },
  "aws:kinesis/stream:Stream": (name, inputs) => ({
    id: name,
    outputs: { arn: arn("kinesis", `stream/${text(inputs.name, name)}`) },
  }),
  "aws:kinesis/streamConsumer:StreamConsumer": (name, inputs) => ({
    id: name,
    outputs: { arn: `${text(inputs.streamArn, "")}/consumer/${text(inputs.name, name)}:1700000000` },
  }),
  "aws:efs/fileSystem:FileSystem": (name) => ({
    id: `fs-${hex(name)}`,
    outputs: { arn: arn("elasticfilesystem", `file-system/fs-${hex(name)}`) },
  }),
  "aws:efs/accessPoint:AccessPoint": (name) => ({
    id: `fsap-${hex(name)}`,
    outputs: { arn: arn("elasticfilesystem", `access-point/fsap-${hex(name)}`) },
  }),
  "aws:secretsmanager/secret:Secret": (name, inputs) => {
    const secret = arn("secretsmanager", `secret:${text(inputs.name, name)}-AbCdEf`);
    return { id: secret, outputs: { arn: secret } };
  },
  "aws:sqs/queue:Queue": (name, inputs) => {
    const queue = text(inputs.name, name);
    const url = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${queue}`;
    return { id: url, outputs: { url, arn: arn("sqs", queue) } };
  },
  "aws:lambda/alias:Alias": (name, inputs) => {
    const alias = text(inputs.name, name);
    return { id: alias, outputs: { arn: arn("lambda", `function:${text(inputs.functionName, name)}:${alias}`) } };
  },
  "aws:lambda/function:Function": (name, inputs) => {
    const id = text(inputs.name, name);
    return {
      id,
      outputs: { arn: arn("lambda", `function:${id}`), qualifiedArn: arn("lambda", `function:${id}:1`), version: "1" },
    };
  },
};

export function createdState(type: string, name: string, inputs: Inputs): Created {
  const create = creators[type] ?? computeCreators[type] ?? backupCreators[type];
  if (create) return create(name, inputs);
  const [, service = "", kind = ""] = /^aws:([a-z0-9]+)\/([A-Za-z0-9]+):/.exec(type) ?? [];
  const named = text(inputs.name, name);
  return { id: named, outputs: { arn: arn(service, `${kind.toLowerCase()}/${named}`), name: named } };
}

/** Data sources. One that is not here fails the test by name: a stack should ask AWS for little. */
export function callResult(token: string, inputs: Inputs): Record<string, unknown> {
  switch (token) {
    case "aws:index/getAvailabilityZones:getAvailabilityZones": {
      const filters = inputs.filters as readonly { name: string; values: readonly string[] }[];
      const zoneIds = filters.find((filter) => filter.name === "zone-id")?.values ?? [];
      return { zoneIds, names: zoneIds.map((id) => `us-east-1${"abcdef"[Number(id.at(-1)) - 1]}`) };
    }
    case "aws:secretsmanager/getRandomPassword:getRandomPassword":
      return { randomPassword: "recorded-throw-away-password" };
    default:
      throw new Error(
        `The stack calls ${token}, which the recording engine does not answer. Add it to shared/testing/src/mock-cloud.ts.`,
      );
  }
}
