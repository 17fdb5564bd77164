/** What Lambda asks of a function's role: when the function is made, and each time an environment starts. */
import { writingLog } from "../../access/actions/logs.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import type { FunctionVersion } from "./function-version.ts";

const SERVICE = "lambda.amazonaws.com";
const INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/** @throws Lambda's refusal of a configuration whose role could not carry it */
export function requireFunctionRole(cloud: Cloud, inputs: Properties): void {
  const roleArn = inputs.role as string;
  const untrusted = cloud.access.trustRefusal(roleArn, SERVICE);
  if (untrusted !== undefined) {
    throw new Error(
      `InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda. ${untrusted}`,
    );
  }
  const require = (actions: readonly string[], where: string): void => {
    for (const action of actions) {
      const why = cloud.access.roleRefusal(roleArn, [{ action, resource: "*" }]);
      if (why === undefined) continue;
      const name = action.slice(action.indexOf(":") + 1);
      throw new Error(
        "InvalidParameterValueException: The provided execution role does not have permissions to call " +
          `${name} on ${where}. ${why}`,
      );
    }
  };
  if ((inputs.vpcConfig?.subnetIds ?? []).length > 0) require(INTERFACES, "EC2");
  if (inputs.tracingConfig?.mode === "Active") require(TRACES, "XRAY");
}

/** @throws what Invoke answers when Lambda may not take the role any more */
export function requireTrust(cloud: Cloud, { roleArn }: FunctionVersion): void {
  const why = cloud.access.trustRefusal(roleArn, SERVICE);
  if (why !== undefined) throw new Error(`AccessDeniedException: Lambda cannot assume the function's role: ${why}`);
}

/** A function whose role may not write its log runs all the same, and nobody reads what it says. */
export function mayLog(cloud: Cloud, { roleArn, logGroup, version }: FunctionVersion): boolean {
  return cloud.access.roleRefusal(roleArn, writingLog(logGroup, `[${version}]`)) === undefined;
}
