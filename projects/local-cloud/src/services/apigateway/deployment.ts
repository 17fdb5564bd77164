import type { ResourceType } from "../../resource-type.ts";
import type { GatewayDataPlane } from "./data-plane.ts";
import { gatewayId } from "./ids.ts";
import { DEPLOYMENT, REST_API, STAGE } from "./tokens.ts";

/** A snapshot of the API's body at the moment of its creation. */
export function deployment({ deployments }: GatewayDataPlane): ResourceType {
  return {
    token: DEPLOYMENT,
    replaceOnChanges: ["restApi", "triggers"],
    computed: ["createdDate"],
    check: ({ variables }) =>
      variables === undefined
        ? []
        : [{ property: "variables", reason: "stage variables are not served by the local cloud" }],

    create: async (inputs, cloud) => {
      const api = cloud.account.byId(REST_API, inputs.restApi as string);
      if (api === undefined) throw new Error(`NotFoundException: Invalid API identifier specified ${inputs.restApi}`);
      const id = gatewayId(6);
      await deployments.save(api.id, id, api.inputs.body as string);
      return { id, outputs: { createdDate: new Date().toISOString() } };
    },

    read: async (record) =>
      (await deployments.exists(record.inputs.restApi as string, record.id)) ? record.outputs : undefined,

    delete: async (record, cloud) => {
      const apiId = record.inputs.restApi as string;
      const active = cloud.account
        .ofType(STAGE)
        .some(({ inputs }) => inputs.restApi === apiId && inputs.deployment === record.id);
      if (active)
        throw new Error("BadRequestException: Active stages pointing to this deployment must be moved or deleted");
      await deployments.remove(apiId, record.id);
    },
  };
}
