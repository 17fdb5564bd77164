import type { ApiRequest, ApiResponse } from "../../cloud.ts";
import type { AsynchronousInvocations } from "./asynchronous.ts";
import { Throttled, type Functions } from "./functions.ts";

/** `Invoke`, the one call of Lambda's API that is served here: functions are made by the engine alone. */
export async function handleLambdaCall(
  functions: Functions,
  asynchronous: AsynchronousInvocations,
  request: ApiRequest,
): Promise<ApiResponse | undefined> {
  const [path = "", query = ""] = request.path.split("?", 2);
  const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (request.method !== "POST" || encoded === undefined) return undefined;

  const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type === "DryRun") return { status: 204, body: "" };
  if (type !== "RequestResponse" && type !== "Event")
    return fault(400, "InvalidParameterValueException", `${type} is no invocation type.`);
  const qualifier = new URLSearchParams(query).get("Qualifier");
  const reference = decodeURIComponent(encoded) + (qualifier === null ? "" : `:${qualifier}`);
  const event = request.body.length === 0 ? "{}" : request.body.toString();
  try {
    JSON.parse(event);
  } catch {
    return fault(400, "InvalidRequestContentException", "Could not parse request body into json");
  }
  try {
    if (type === "Event") {
      asynchronous.take(reference, event);
      return { status: 202, body: "" };
    }
    const result = await functions.invoke(reference, event);
    return {
      status: 200,
      headers: {
        "content-type": "application/json",
        "x-amz-executed-version": result.executedVersion,
        ...(result.error !== undefined && { "x-amz-function-error": "Unhandled" }),
      },
      body: result.payload,
    };
  } catch (error) {
    const [, code = "ServiceException", message] = /^(\w+(?:Exception)): (.*)$/s.exec((error as Error).message) ?? [];
    const status = error instanceof Throttled ? 429 : code === "ResourceNotFoundException" ? 404 : 500;
    return fault(status, code, message ?? (error as Error).message);
  }
}

const fault = (status: number, code: string, message: string): ApiResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-errortype": code },
  body: JSON.stringify({ Type: "User", Message: message, message }),
});
