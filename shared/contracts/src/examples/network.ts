import type { NetworkContract } from "../stacks/network.ts";
import { hexId, type Place } from "./place.ts";

export function networkExample({ region, zones }: Place): NetworkContract {
  const each = <T>(make: (index: number) => T): T[] => Array.from({ length: zones }, (_, index) => make(index));
  const subnets = (kind: number) => each((index) => hexId("subnet", kind * 16 + index));
  return {
    vpcId: hexId("vpc", 1),
    vpcCidr: "10.40.0.0/16",
    availabilityZones: each((index) => `${region}${"abcdef"[index]}`),
    publicSubnetIds: subnets(1),
    privateSubnetIds: subnets(2),
    isolatedSubnetIds: subnets(3),
    securityGroupIds: {
      vpcLink: hexId("sg", 1),
      alb: hexId("sg", 2),
      apiTask: hexId("sg", 3),
      relay: hexId("sg", 4),
      consumer: hexId("sg", 5),
      migration: hexId("sg", 6),
      rotation: hexId("sg", 7),
      dbProxy: hexId("sg", 8),
      database: hexId("sg", 9),
      cache: hexId("sg", 10),
      efs: hexId("sg", 11),
      endpoints: hexId("sg", 12),
    },
    endpointIds: { s3: hexId("vpce", 1) },
    s3PrefixListId: hexId("pl", 1),
  };
}
