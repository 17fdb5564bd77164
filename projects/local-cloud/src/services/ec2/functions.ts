import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { FunctionType, Properties } from "../../resource-type.ts";
import { GATEWAY_PREFIX_LISTS } from "./prefix-lists.ts";
import { ZONES } from "./zones.ts";

interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

const getAvailabilityZones: FunctionType = {
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  invoke: async (args) => {
    const facts = ZONES.map((zone) => ({
      "zone-name": zone.name,
      "zone-id": zone.id,
      "zone-type": "availability-zone",
      "opt-in-status": "opt-in-not-required",
      "region-name": REGION,
      state: "available",
    }));
    const filters = (args.filters ?? []) as readonly Filter[];
    const unserved = filters.find(({ name }) => !(name in (facts[0] ?? {})));
    if (unserved !== undefined)
      throw new Error(`getAvailabilityZones: the filter "${unserved.name}" is not served by the local cloud.`);
    const excluded = new Set([...(args.excludeNames ?? []), ...(args.excludeZoneIds ?? [])]);
    const zones = ZONES.filter(
      (zone, index) =>
        !excluded.has(zone.name) &&
        !excluded.has(zone.id) &&
        (args.state ?? "available") === "available" &&
        filters.every(({ name, values }) => values.includes((facts[index] as Properties)[name])),
    );
    return {
      id: REGION,
      region: REGION,
      names: zones.map(({ name }) => name),
      zoneIds: zones.map(({ id }) => id),
      groupNames: [`${REGION}-zg-1`],
      ...args,
    };
  },
};

function findPrefixList(fn: string, args: Properties) {
  const filters = (args.filters ?? []) as readonly Filter[];
  const named = (name: string) => filters.find((filter) => filter.name === name)?.values[0];
  const name = args.name ?? named("prefix-list-name");
  const id = args.prefixListId ?? args.id ?? named("prefix-list-id");
  const list = GATEWAY_PREFIX_LISTS.find(
    (entry) => (name === undefined || entry.name === name) && (id === undefined || entry.id === id),
  );
  if (list === undefined || (name === undefined && id === undefined)) {
    throw new Error(
      `${fn}: no prefix list ${name ?? id ?? "without name and id"}. The local cloud has ${GATEWAY_PREFIX_LISTS.map((entry) => entry.name).join(" and ")}.`,
    );
  }
  return list;
}

const getPrefixList: FunctionType = {
  token: "aws:ec2/getPrefixList:getPrefixList",
  invoke: async (args) => {
    const { id, name, cidrBlocks } = findPrefixList("getPrefixList", args);
    return { ...args, id, prefixListId: id, name, cidrBlocks, region: REGION };
  },
};

const getManagedPrefixList: FunctionType = {
  token: "aws:ec2/getManagedPrefixList:getManagedPrefixList",
  invoke: async (args) => {
    const { id, name, cidrBlocks } = findPrefixList("getManagedPrefixList", args);
    return {
      ...args,
      id,
      name,
      arn: `arn:aws:ec2:${REGION}:aws:prefix-list/${id}`,
      addressFamily: "IPv4",
      entries: cidrBlocks.map((cidr) => ({ cidr, description: "" })),
      maxEntries: 0,
      ownerId: "AWS",
      region: REGION,
      tags: {},
      version: 0,
    };
  },
};

/** The VPC as the account holds it, for programs that know its id only. */
const getVpc: FunctionType = {
  token: "aws:ec2/getVpc:getVpc",
  invoke: async (args, cloud) => {
    const vpc = cloud.account.byId("aws:ec2/vpc:Vpc", args.id);
    if (vpc === undefined)
      throw new Error(
        `getVpc: no VPC with id ${args.id ?? "(none given: other filters are not served)"} in account ${ACCOUNT_ID}.`,
      );
    return {
      cidrBlockAssociations: [],
      default: false,
      state: "available",
      filters: [],
      ...vpc.outputs,
      id: vpc.id,
      region: REGION,
    };
  },
};

export const ec2Functions: readonly FunctionType[] = [
  getAvailabilityZones,
  getPrefixList,
  getManagedPrefixList,
  getVpc,
];
