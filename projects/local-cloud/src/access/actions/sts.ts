/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
import { operations } from "../request.ts";

export const sts = operations({
  AssumeRole: (input) => [{ action: "sts:AssumeRole", resource: String(input.RoleArn ?? "") }],
  // Nobody needs a permission to learn who they are.
  GetCallerIdentity: () => [],
});
