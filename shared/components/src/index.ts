export { gatewayBody, scopesOf, type GatewayBodyOptions, type OpenApi31 } from "./gateway-body.ts";
export { GATEWAY_PROBLEMS } from "./gateway-responses.ts";
