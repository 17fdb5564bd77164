import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { eventInvokeConfigType } from "./event-invoke-config.ts";
import { ALIAS, type Functions } from "./functions.ts";
import { functionArn, parseFunctionReference } from "./function-version.ts";
import { permissionType } from "./permission.ts";

/** What is recorded of a function beside itself. */
export function functionSettings(functions: Functions): readonly ResourceType[] {
  const missing = (reference: string): string | undefined => {
    const { name } = parseFunctionReference(reference);
    return functions.has(name) ? undefined : `ResourceNotFoundException: Function not found: ${functionArn(name)}`;
  };
  const nameOf = (reference: string): string => parseFunctionReference(reference).name;

  const alias = recordedType({
    token: ALIAS,
    autoName: "name",
    uniqueBy: ["functionName", "name"],
    id: (inputs) => `${functionArn(nameOf(inputs.functionName))}:${inputs.name}`,
    arn: (_inputs, id) => id,
    computed: {
      invokeArn: (_inputs, id) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${id}/invocations`,
    },
    replaceOnChanges: ["functionName", "name"],
    check: (inputs) =>
      failures((refuse) => {
        if (known(inputs.routingConfig))
          refuse("routingConfig", "the local cloud sends an alias to one version, without weights");
        if (known(inputs.name) && !/^(?!\d+$)[A-Za-z0-9_-]{1,128}$/.test(inputs.name)) {
          refuse(
            "name",
            `ValidationException: "${inputs.name}" is not an alias name: letters, digits, hyphens, underscores, not only digits`,
          );
        }
      }),
    conflict: ({ functionName, functionVersion }) =>
      missing(functionName) ??
      (functions.hasVersion(nameOf(functionName), functionVersion)
        ? undefined
        : `ResourceNotFoundException: Function not found: ${functionArn(nameOf(functionName))}:${functionVersion}`),
  });

  const recursion = recordedType({
    token: "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    id: (inputs) => inputs.functionName,
    uniqueBy: ["functionName"],
    replaceOnChanges: ["functionName"],
    check: (inputs) =>
      failures((refuse) => {
        if (known(inputs.recursiveLoop) && !["Allow", "Terminate"].includes(inputs.recursiveLoop)) {
          refuse("recursiveLoop", `ValidationException: "${inputs.recursiveLoop}" is neither Allow nor Terminate`);
        }
      }),
    conflict: (inputs) => missing(inputs.functionName),
  });

  return [alias, permissionType(functions), eventInvokeConfigType(functions), recursion];
}
