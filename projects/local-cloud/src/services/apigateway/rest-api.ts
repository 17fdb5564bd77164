import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import type { GatewayDataPlane } from "./data-plane.ts";
import { parseBody } from "./definition.ts";
import { gatewayId } from "./ids.ts";
import { REST_API, STAGE, VPC_LINK } from "./tokens.ts";

const COMPRESSION_BYTES_MAX = 10 * 1024 * 1024;

/** An API and its server. The body counts from the next deployment on. */
export function restApi(dataPlane: GatewayDataPlane): ResourceType {
  return {
    token: REST_API,
    autoName: "name",
    replaceOnChanges: [],
    computed: ["arn", "createdDate", "executionArn", "rootResourceId"],
    check: checkRestApi,

    create: async (inputs, cloud) => {
      refuseDangling(inputs, cloud);
      const id = gatewayId(10);
      try {
        await dataPlane.open(id);
      } catch (error) {
        await dataPlane.remove(id);
        throw error;
      }
      const outputs = {
        arn: `arn:aws:apigateway:${REGION}::/restapis/${id}`,
        executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${id}`,
        rootResourceId: gatewayId(10),
        createdDate: new Date().toISOString(),
      };
      return { id, outputs };
    },

    read: (record) => Promise.resolve(dataPlane.isOpen(record.id) ? record.outputs : undefined),

    update: async (_record, inputs, cloud) => {
      refuseDangling(inputs, cloud);
      return {};
    },

    delete: async (record, cloud) => {
      const stage = cloud.account.ofType(STAGE).find(({ inputs }) => inputs.restApi === record.id);
      if (stage !== undefined)
        throw new Error(`BadRequestException: API ${record.id} still has stage ${stage.inputs.stageName}.`);
      await dataPlane.remove(record.id);
      await dataPlane.deployments.removeAll(record.id);
    },
  };
}

/** What the local cloud does with these is nothing, so it does not take them. */
const UNSERVED: Readonly<Record<string, string>> = {
  parameters: "import parameters are not read by the local cloud",
  policy: "the local cloud reads the resource policy from the body: x-amazon-apigateway-policy",
};

export function checkRestApi(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  for (const [property, reason] of Object.entries(UNSERVED))
    if (inputs[property] !== undefined) refuse(property, reason);
  if (inputs.putRestApiMode === "merge") refuse("putRestApiMode", 'the local cloud imports with "overwrite" only');
  if (inputs.apiKeySource === "AUTHORIZER")
    refuse("apiKeySource", "the local cloud takes API keys from the header only");
  const kind: unknown = inputs.endpointConfiguration?.types;
  if (typeof kind === "string" && kind !== "REGIONAL")
    refuse("endpointConfiguration", `the local cloud serves REGIONAL endpoints, not ${kind}`);
  if (
    typeof inputs.securityPolicy === "string" &&
    inputs.securityPolicy.startsWith("SecurityPolicy_") &&
    inputs.endpointAccessMode === undefined
  ) {
    refuse("endpointAccessMode", `EndpointAccessMode is required with security policy ${inputs.securityPolicy}`);
  }
  const compression: unknown = inputs.minimumCompressionSize;
  if (typeof compression === "string" && !(/^\d+$/.test(compression) && Number(compression) <= COMPRESSION_BYTES_MAX)) {
    refuse("minimumCompressionSize", `"${compression}" is not a number of bytes from 0 to ${COMPRESSION_BYTES_MAX}`);
  }
  return [...failures, ...checkBody(inputs)];
}

function checkBody(inputs: Properties): readonly CheckFailure[] {
  const body: unknown = inputs.body;
  if (body === undefined) {
    return [
      {
        property: "body",
        reason: "the local cloud serves an API from its OpenAPI body; methods as resources of their own are not served",
      },
    ];
  }
  if (typeof body !== "string") return [];
  const { errors, warnings } = parseBody(body);
  const listed = (messages: readonly string[]) => messages.map((message) => `\n\t${message}`).join("");
  if (errors.length > 0)
    return [{ property: "body", reason: `BadRequestException: Errors found during import:${listed(errors)}` }];
  if (warnings.length === 0 || inputs.failOnWarnings !== true) return [];
  return [{ property: "body", reason: `BadRequestException: Warnings found during import:${listed(warnings)}` }];
}

/** What the body names has to be there. */
function refuseDangling(inputs: Properties, cloud: Cloud): void {
  const { definition } = parseBody(inputs.body as string);
  for (const { httpMethod, resourcePath, integration } of definition.methods) {
    const here = `BadRequestException: Unable to put integration on '${httpMethod}' for resource at path '${resourcePath}'`;
    if (cloud.account.byId(VPC_LINK, integration.vpcLinkId) === undefined) {
      throw new Error(`${here}: Invalid Vpc Link identifier specified: ${integration.vpcLinkId}`);
    }
    if (cloud.account.byArn(integration.loadBalancerArn) === undefined) {
      throw new Error(`${here}: integration target ${integration.loadBalancerArn} does not exist in this account`);
    }
  }
}
