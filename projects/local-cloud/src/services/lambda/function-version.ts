import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { NetworkPlace } from "../../network-path/network-paths.ts";
import type { Properties } from "../../resource-type.ts";

/** One version of a function as it is run: code and configuration together. */
export interface FunctionVersion {
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly codeFolder: string;
  readonly handler: string;
  readonly runtime: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  /** Undefined: it runs outside every VPC. */
  readonly place?: NetworkPlace | undefined;
  /** Not written to disk: they may be secret. */
  readonly variables: Readonly<Record<string, string>>;
}

export function versionOf(inputs: Properties, version: string, codeFolder: string): FunctionVersion {
  return {
    functionName: inputs.name,
    version,
    codeFolder,
    handler: inputs.handler,
    runtime: inputs.runtime,
    roleArn: inputs.role,
    timeoutMs: (inputs.timeout ?? 3) * 1000,
    memoryMb: inputs.memorySize ?? 128,
    place: placeOf(inputs),
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${inputs.name}`,
    variables: inputs.environment?.variables ?? {},
  };
}

function placeOf({ name, vpcConfig }: Properties): NetworkPlace | undefined {
  const subnetIds: readonly string[] = vpcConfig?.subnetIds ?? [];
  if (subnetIds.length === 0) return undefined;
  return { name: `function ${name}`, subnetIds, securityGroupIds: vpcConfig.securityGroupIds ?? [] };
}

export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;

/** A function is named by its name or ARN, with a version or alias behind a colon. */
export function parseFunctionReference(reference: string): { name: string; qualifier?: string } {
  const [, name, qualifier] =
    /^(?:arn:aws:lambda:[^:]+:\d+:function:|\d+:function:)?([A-Za-z0-9_-]+)(?::([^:]+))?$/.exec(reference) ?? [];
  if (name === undefined) throw new Error(`ValidationException: "${reference}" names no function.`);
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
