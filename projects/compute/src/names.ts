/** Stage of the gateway and base path of the service: the public address is `<base URL>/students`, the service's `/v1/students`. */
export const STAGE = "v1";

/** Identifier of the resource server: tokens carry `srs/students.read`. */
export const RESOURCE_SERVER = "srs";
export const SCOPE_PREFIX = `${RESOURCE_SERVER}/`;

/** Port that an API task listens on, with TLS. */
export const API_PORT = 8443;

/**
 * TLS 1.2 with forward secrecy or newer, and the name of the handshake is the name of the request. The API and its domain
 * have the same: reached over a domain with another one, the API would still negotiate by its own.
 */
export const GATEWAY_TLS = {
  securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
  endpointAccessMode: "STRICT",
} as const;
