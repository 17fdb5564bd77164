import {
  APIGatewayClient,
  CreateApiKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  NotFoundException,
  UpdateApiKeyCommand,
  type ApiKey,
} from "@aws-sdk/client-api-gateway";
import { REGION, type Cloud } from "../../cloud.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import type { GatewayDataPlane } from "./data-plane.ts";
import { API_KEY, USAGE_PLAN, USAGE_PLAN_KEY } from "./tokens.ts";

const PATCHED = ["name", "description", "enabled", "customerId"];

const gatewayApi = (cloud: Cloud) => new APIGatewayClient({ ...cloud.sdk });

/** A key as API Gateway's own API tells it, with its value; undefined when it is gone. */
async function describeKey(cloud: Cloud, id: string) {
  try {
    return await gatewayApi(cloud).send(new GetApiKeyCommand({ apiKey: id, includeValue: true }));
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

const datesOf = (key: ApiKey): Properties => ({
  createdDate: key.createdDate?.toISOString(),
  lastUpdatedDate: key.lastUpdatedDate?.toISOString(),
});

function checkApiKey({ value }: Properties): readonly CheckFailure[] {
  if (typeof value !== "string" || (value.length >= 20 && value.length <= 128)) return [];
  return [{ property: "value", reason: "API Key value should be at least 20 characters and at most 128" }];
}

/** Keys live in API Gateway's API, values included: nothing of ours writes a value down. */
export function apiKey({ keys }: GatewayDataPlane): ResourceType {
  return {
    token: API_KEY,
    autoName: "name",
    replaceOnChanges: ["value"],
    computed: ["arn", "createdDate", "lastUpdatedDate", "value"],
    secretOutputs: ["value"],
    check: checkApiKey,

    create: async (inputs, cloud) => {
      const { name, description, value, customerId, tags } = inputs as Record<string, string | undefined> & Properties;
      const command = new CreateApiKeyCommand({
        name,
        description,
        value,
        customerId,
        tags,
        enabled: inputs.enabled !== false,
      });
      const created = await gatewayApi(cloud).send(command);
      const id = created.id;
      if (id === undefined) throw new Error("The API Gateway API answered the creation of a key without an id.");
      keys.forget();
      const arn = `arn:aws:apigateway:${REGION}::/apikeys/${id}`;
      return { id, outputs: { arn, value: created.value, ...datesOf(created) } };
    },

    read: async (record, cloud) => {
      const key = await describeKey(cloud, record.id);
      return key && { ...record.outputs, name: key.name, enabled: key.enabled, value: key.value, ...datesOf(key) };
    },

    update: async (record, inputs, cloud) => {
      const changed = PATCHED.filter((name) => inputs[name] !== undefined && inputs[name] !== record.inputs[name]);
      const patchOperations = changed.map((name) => ({
        op: "replace" as const,
        path: `/${name}`,
        value: String(inputs[name]),
      }));
      if (patchOperations.length > 0) {
        await gatewayApi(cloud).send(new UpdateApiKeyCommand({ apiKey: record.id, patchOperations }));
      }
      return {};
    },

    delete: async (record, cloud) => {
      try {
        await gatewayApi(cloud).send(new DeleteApiKeyCommand({ apiKey: record.id }));
      } catch (error) {
        if (!(error instanceof NotFoundException)) throw error;
      }
      keys.forget();
    },
  };
}

/** Membership of a key in a usage plan. */
export const usagePlanKey: ResourceType = {
  token: USAGE_PLAN_KEY,
  replaceOnChanges: ["keyId", "keyType", "usagePlanId"],
  computed: ["name", "value"],
  secretOutputs: ["value"],
  check: ({ keyType }) =>
    typeof keyType !== "string" || keyType === "API_KEY"
      ? []
      : [{ property: "keyType", reason: `"${keyType}" is not API_KEY` }],

  create: async (inputs, cloud) => {
    const key = await describeKey(cloud, inputs.keyId as string);
    if (key === undefined) throw new Error(`NotFoundException: Invalid API Key identifier specified: ${inputs.keyId}`);
    refuseSecondPlan(inputs, cloud);
    return { id: inputs.keyId as string, outputs: { name: key.name, value: key.value } };
  },

  read: async (record, cloud) => {
    const key = await describeKey(cloud, record.inputs.keyId as string);
    return key && { ...record.outputs, name: key.name, value: key.value };
  },
};

/** Two plans on the same stage would leave open which one limits the key. */
function refuseSecondPlan(inputs: Properties, cloud: Cloud): void {
  const stagesOf = (planId: string): readonly string[] => {
    const plan = cloud.account.byId(USAGE_PLAN, planId);
    if (plan === undefined) throw new Error(`NotFoundException: Invalid Usage Plan ID specified: ${planId}`);
    return ((plan.inputs.apiStages ?? []) as readonly Properties[]).map(({ apiId, stage }) => `${apiId}:${stage}`);
  };
  const own = stagesOf(inputs.usagePlanId as string);
  for (const other of cloud.account.ofType(USAGE_PLAN_KEY).filter((member) => member.inputs.keyId === inputs.keyId)) {
    const shared = stagesOf(other.inputs.usagePlanId as string).find((stage) => own.includes(stage));
    if (shared !== undefined && other.inputs.usagePlanId !== inputs.usagePlanId) {
      throw new Error(
        `ConflictException: API key ${inputs.keyId} already has usage plan ${other.inputs.usagePlanId} for API stage ${shared}`,
      );
    }
  }
}
