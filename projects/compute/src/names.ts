/** Stage of the gateway and base path of the service: the public address is `<invoke URL>/students`, the service's `/v1/students`. */
export const STAGE = "v1";

/** Identifier of the resource server: tokens carry `srs/students.read`. */
export const RESOURCE_SERVER = "srs";
export const SCOPE_PREFIX = `${RESOURCE_SERVER}/`;

/** Port that an API task listens on, with TLS. */
export const API_PORT = 8443;
