import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import type { FunctionType } from "../../resource-type.ts";
import { OPERATOR_ARN } from "../../runtime/credentials.ts";

/** Who and where the caller is. */
export function stsService(_cloud: Cloud): Service {
  return { name: "sts", resources: [], functions: [getCallerIdentity, getRegion, getPartition] };
}

const getCallerIdentity: FunctionType = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  invoke: async () => ({
    id: ACCOUNT_ID,
    accountId: ACCOUNT_ID,
    arn: OPERATOR_ARN,
    userId: "AIDAOPERATOR000000000",
  }),
};

const getRegion: FunctionType = {
  token: "aws:index/getRegion:getRegion",
  invoke: async (args) => {
    const asked = (args.region ?? args.name) as string | undefined;
    if (asked !== undefined && asked !== REGION)
      throw new Error(`The local cloud has one region, ${REGION}; "${asked}" was asked for.`);
    return {
      id: REGION,
      region: REGION,
      name: REGION,
      description: "US East (N. Virginia)",
      endpoint: `ec2.${REGION}.amazonaws.com`,
    };
  },
};

const getPartition: FunctionType = {
  token: "aws:index/getPartition:getPartition",
  invoke: async () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
};
