/**
 * API Gateway has one action for each HTTP method, and its resources are the paths.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
import { REGION } from "../../cloud.ts";
import type { CallReader } from "../request.ts";

const METHODS = new Set(["DELETE", "GET", "PATCH", "POST", "PUT"]);

export const apigateway: CallReader = ({ method, path }) =>
  METHODS.has(method)
    ? [{ action: `apigateway:${method}`, resource: `arn:aws:apigateway:${REGION}::${decodeURIComponent(path)}` }]
    : undefined;
