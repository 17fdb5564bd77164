export { gatewayBody, type GatewayBodyOptions, type OpenApi31 } from "./gateway-body.ts";
export { GATEWAY_PROBLEMS } from "./gateway-responses.ts";
export { requireScopes, scopesOf } from "./operation-scopes.ts";
export { PrivateBucket, type PrivateBucketArgs } from "./private-bucket.ts";
