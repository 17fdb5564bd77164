import { REGION } from "../../cloud.ts";

/** The lists AWS manages for gateway endpoints, with their ids in this region and some of their blocks. */
export const GATEWAY_PREFIX_LISTS: readonly {
  readonly id: string;
  readonly name: string;
  readonly cidrBlocks: readonly string[];
}[] = [
  {
    id: "pl-63a5400a",
    name: `com.amazonaws.${REGION}.s3`,
    cidrBlocks: ["52.216.0.0/15", "54.231.0.0/16", "3.5.0.0/19", "16.182.0.0/16"],
  },
  { id: "pl-02cd2c6b", name: `com.amazonaws.${REGION}.dynamodb`, cidrBlocks: ["3.218.182.0/24", "52.94.0.0/22"] },
];
