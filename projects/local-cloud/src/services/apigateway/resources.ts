import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { apiKey, usagePlanKey } from "./api-key.ts";
import { checkMethodSettings, checkStage, checkUsagePlan, checkVpcLink } from "./checks.ts";
import type { GatewayDataPlane } from "./data-plane.ts";
import { deployment } from "./deployment.ts";
import { basePathMapping, domainName } from "./domain-name.ts";
import { gatewayId } from "./ids.ts";
import { logRoleRefusal } from "./log-role.ts";
import { restApi } from "./rest-api.ts";
import { DEPLOYMENT, METHOD_SETTINGS, STAGE, USAGE_PLAN, VPC_LINK } from "./tokens.ts";

export function gatewayResources(dataPlane: GatewayDataPlane): readonly ResourceType[] {
  const own = [restApi(dataPlane), deployment(dataPlane), apiKey(dataPlane), usagePlanKey];
  return [...own, stage(dataPlane), methodSettings, usagePlan, account, vpcLink, domainName, basePathMapping];
}

function stage(dataPlane: GatewayDataPlane): ResourceType {
  return recordedType({
    token: STAGE,
    id: (inputs) => `ags-${inputs.restApi}-${inputs.stageName}`,
    arn: (inputs) => `arn:aws:apigateway:${REGION}::/restapis/${inputs.restApi}/stages/${inputs.stageName}`,
    replaceOnChanges: ["restApi", "stageName"],
    uniqueBy: ["restApi", "stageName"],
    computed: {
      executionArn: (inputs) => `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${inputs.restApi}/${inputs.stageName}`,
      invokeUrl: (inputs) => `${dataPlane.baseUrl(inputs.restApi as string)}/${inputs.stageName}`,
      // An association of a web ACL comes after the stage.
      webAclArn: () => "",
    },
    check: checkStage,
    conflict: (inputs, cloud) => {
      const deployed = cloud.account.byId(DEPLOYMENT, inputs.deployment as string);
      if (deployed?.inputs.restApi !== inputs.restApi)
        return "BadRequestException: Invalid deployment identifier specified";
      return undefined;
    },
  });
}

const methodSettings = recordedType({
  token: METHOD_SETTINGS,
  id: (inputs) => `${inputs.restApi}-${inputs.stageName}-${inputs.methodPath}`,
  replaceOnChanges: ["restApi", "stageName", "methodPath"],
  uniqueBy: ["restApi", "stageName", "methodPath"],
  check: checkMethodSettings,
});

const usagePlan = recordedType({
  token: USAGE_PLAN,
  id: () => gatewayId(6),
  arn: (_inputs, id) => `arn:aws:apigateway:${REGION}::/usageplans/${id}`,
  replaceOnChanges: [],
  autoName: "name",
  check: checkUsagePlan,
  conflict: (inputs, cloud) => {
    const stages = cloud.account.ofType(STAGE);
    for (const { apiId, stage: stageName } of (inputs.apiStages ?? []) as readonly { apiId: string; stage: string }[]) {
      if (!stages.some((record) => record.inputs.restApi === apiId && record.inputs.stageName === stageName)) {
        return `BadRequestException: API Stage not found: ${apiId}:${stageName}`;
      }
    }
    return undefined;
  },
});

/** The one role per account and Region that API Gateway writes logs with. */
const account = recordedType({
  token: "aws:apigateway/account:Account",
  id: () => "api-gateway-account",
  replaceOnChanges: [],
  computed: {
    apiKeyVersion: () => "4",
    features: () => ["UsagePlans"],
    throttleSettings: () => [{ burstLimit: 5000, rateLimit: 10_000 }],
  },
  conflict: logRoleRefusal,
});

const vpcLink = recordedType({
  token: VPC_LINK,
  id: () => gatewayId(6),
  arn: (_inputs, id) => `arn:aws:apigateway:${REGION}::/vpclinks/${id}`,
  // A VPC link V2 is immutable but for its name and tags.
  replaceOnChanges: ["securityGroupIds", "subnetIds"],
  autoName: "name",
  check: checkVpcLink,
  conflict: (inputs, cloud) => {
    const subnets = (inputs.subnetIds as readonly string[]).map((id) =>
      cloud.account.byId("aws:ec2/subnet:Subnet", id),
    );
    const outside = subnets.find((subnet) => subnet?.outputs.availabilityZoneId === "use1-az3");
    return outside && `BadRequestException: Subnet ${outside.id} is in use1-az3, where VPC links V2 are not supported`;
  },
});
