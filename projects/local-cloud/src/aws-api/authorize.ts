import type { ApiRequest } from "../cloud.ts";
import type { AwsFault } from "./errors.ts";

/**
 * Whether a principal may make a call. Every signed call passes here, own handlers and moto alike.
 * Today each known principal may make every call; the policies of roles, keys and secrets are not weighed yet.
 *
 * @returns undefined when the call is allowed, otherwise the refusal as AWS words it
 */
export function authorize(_request: Omit<ApiRequest, "body">, _principalArn: string): AwsFault | undefined {
  return undefined;
}
