/**
 * Everything the gateway's access log may hold. A path holds a student's id, a query may hold a name: the log has the
 * resource's template instead. Of a token's claims it has the client alone.
 */
export const ACCESS_LOG_FIELDS = [
  "requestId",
  "requestTimeEpoch",
  "httpMethod",
  "resourcePath",
  "status",
  "responseLatency",
  "integrationLatency",
  "responseLength",
  "identity.apiKeyId",
  "authorizer.claims.client_id",
  "identity.sourceIp",
  "tlsVersion",
  "cipherSuite",
  "wafResponseCode",
  "error.responseType",
  "xrayTraceId",
] as const;

/** One JSON object a line; all values quoted, because an absent one is written as a hyphen. */
export const ACCESS_LOG_FORMAT = JSON.stringify(
  Object.fromEntries(ACCESS_LOG_FIELDS.map((field) => [field, `$context.${field}`])),
);
