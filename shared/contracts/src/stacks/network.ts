import { Type, type Static } from "typebox";
import { Name } from "./formats.ts";

const Cidr = Type.String({ pattern: "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$" });
const SubnetIds = Type.Array(Type.String({ pattern: "^subnet-[0-9a-f]+$" }), { minItems: 2 });
const SecurityGroupId = Type.String({ pattern: "^sg-[0-9a-f]+$" });

/** Published by projects/network; read by data and compute. Subnets come in the order of `availabilityZones`. */
export const NetworkContract = Type.Object({
  vpcId: Type.String({ pattern: "^vpc-[0-9a-f]+$" }),
  vpcCidr: Cidr,
  availabilityZones: Type.Array(Name, { minItems: 2 }),
  /** Hold nothing but NAT gateways. */
  publicSubnetIds: SubnetIds,
  /** Load balancer, tasks, functions. */
  privateSubnetIds: SubnetIds,
  /** Database, proxy, cache, mount targets, interface endpoints: no way out. */
  isolatedSubnetIds: SubnetIds,
  securityGroupIds: Type.Object({
    vpcLink: SecurityGroupId,
    alb: SecurityGroupId,
    apiTask: SecurityGroupId,
    relay: SecurityGroupId,
    consumer: SecurityGroupId,
    migration: SecurityGroupId,
    rotation: SecurityGroupId,
    dbProxy: SecurityGroupId,
    database: SecurityGroupId,
    cache: SecurityGroupId,
    efs: SecurityGroupId,
    endpoints: SecurityGroupId,
  }),
  /** Endpoint ids by service (`s3`, `secretsmanager`, ...): which of them exist depends on the environment. */
  endpointIds: Type.Record(Type.String(), Type.String({ pattern: "^vpce-[0-9a-f]+$" })),
  s3PrefixListId: Type.String({ pattern: "^pl-[0-9a-f]+$" }),
});
export type NetworkContract = Static<typeof NetworkContract>;
