import type { Cloud, Service } from "../../cloud.ts";
import { GatewayDataPlane } from "./data-plane.ts";
import { gatewayResources } from "./resources.ts";
import { REST_API } from "./tokens.ts";

export function apigatewayService(cloud: Cloud): Service {
  const dataPlane = new GatewayDataPlane(cloud);
  return {
    name: "apigateway",
    resources: gatewayResources(dataPlane),
    start: async () => {
      for (const api of cloud.account.ofType(REST_API)) await dataPlane.open(api.id);
    },
    stop: () => dataPlane.closeAll(),
  };
}
