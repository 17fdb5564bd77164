import { parsePolicy, type PolicyDocument } from "@records/iam";
import type { Account } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { functionArn, parseFunctionReference } from "./function-version.ts";
import type { Functions } from "./functions.ts";

const PERMISSION = "aws:lambda/permission:Permission";

/** One statement of a function's resource policy. */
export function permissionType(functions: Functions): ResourceType {
  return recordedType({
    token: PERMISSION,
    autoName: "statementId",
    uniqueBy: ["function", "qualifier", "statementId"],
    id: (inputs) => inputs.statementId,
    replaceOnChanges: [
      ...["action", "eventSourceToken", "function", "functionUrlAuthType", "invokedViaFunctionUrl", "principal"],
      ...["principalOrgId", "qualifier", "sourceAccount", "sourceArn", "statementId", "statementIdPrefix"],
    ],
    check: (inputs) =>
      failures((refuse) => {
        const { action, statementId, principal, sourceAccount, sourceArn } = inputs;
        if (known(action) && !/^lambda:([A-Za-z]+|\*)$/.test(action))
          refuse("action", `ValidationException: "${action}" is not an action of Lambda`);
        if (known(statementId) && !/^[A-Za-z0-9_-]{1,100}$/.test(statementId))
          refuse("statementId", "ValidationException: a statement id has 1 to 100 letters, digits, - and _");
        if (known(principal) && !/^(\d{12}|\*|arn:\S+|[a-z0-9.-]+\.amazonaws\.com)$/.test(principal))
          refuse("principal", `InvalidParameterValueException: The provided principal was invalid: "${principal}"`);
        if (known(sourceAccount) && !/^\d{12}$/.test(sourceAccount))
          refuse("sourceAccount", `ValidationException: "${sourceAccount}" is no account id`);
        if (known(sourceArn) && !sourceArn.startsWith("arn:"))
          refuse("sourceArn", `ValidationException: "${sourceArn}" is no ARN`);
      }),
    conflict: ({ function: name, qualifier }) =>
      functions.faultOf(qualifier === undefined ? name : `${name}:${qualifier}`),
  });
}

/**
 * The resource policy of a function, or of its version or alias where the reference names one: each has its own.
 * Undefined: no service may call it.
 */
export function functionPolicy(
  cloud: { readonly account: Pick<Account, "ofType"> },
  reference: string,
): PolicyDocument | undefined {
  const { name, qualifier } = parseFunctionReference(reference);
  const Resource = qualifier === undefined ? functionArn(name) : `${functionArn(name)}:${qualifier}`;
  const statements = cloud.account
    .ofType(PERMISSION)
    .filter(({ inputs }) => parseFunctionReference(inputs.function as string).name === name)
    .filter(({ inputs }) => inputs.qualifier === qualifier)
    .map(({ inputs }) => ({
      Sid: inputs.statementId as string,
      Effect: "Allow",
      Principal: principalOf(inputs),
      Action: inputs.action as string,
      Resource,
      Condition: {
        ...(inputs.sourceArn !== undefined && { ArnLike: { "aws:SourceArn": inputs.sourceArn } }),
        ...(inputs.sourceAccount !== undefined && { StringEquals: { "aws:SourceAccount": inputs.sourceAccount } }),
      },
    }));
  return statements.length === 0
    ? undefined
    : parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
}

function principalOf({ principal }: Properties): object | string {
  if (principal === "*") return "*";
  return (principal as string).endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal };
}
