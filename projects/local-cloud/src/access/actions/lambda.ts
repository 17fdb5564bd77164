/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
import { functionArn, parseFunctionReference } from "../../services/lambda/function-version.ts";
import type { Use } from "../request.ts";
import { routes } from "./rest.ts";

const onFunction =
  (operation: string) =>
  ([reference = ""]: readonly string[], query: URLSearchParams): readonly Use[] => {
    const { name, qualifier = query.get("Qualifier") } = parseFunctionReference(reference);
    return [
      { action: `lambda:${operation}`, resource: functionArn(name) + (qualifier === null ? "" : `:${qualifier}`) },
    ];
  };

export const lambda = routes([
  { method: "POST", path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, uses: onFunction("InvokeFunction") },
  { method: "GET", path: /^\/2015-03-31\/functions\/([^/]+)$/, uses: onFunction("GetFunction") },
  {
    method: "GET",
    path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/,
    uses: onFunction("GetFunctionConfiguration"),
  },
]);
