/**
 * Calls of Secrets Manager that do not go to moto as they are: rotation, and what moto gets wrong about the labels of
 * a rotated secret (it reads the first version for ever, and would leave AWSCURRENT at two).
 */
import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { faultResponse } from "../../aws-api/errors.ts";
import type { ApiHandler, ApiRequest, ApiResponse, Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import { putCurrent } from "./current-version.ts";
import { isForMoto, motoSecrets } from "./moto-secrets.ts";
import { cancelRotation, rotateSecret } from "./rotation-calls.ts";
import type { RotationSetting, Rotations } from "./rotations.ts";

type Call = (input: Properties, rotations: Rotations, cloud: Cloud) => Promise<Properties | undefined>;

const CALLS: Readonly<Record<string, Call>> = {
  RotateSecret: (input, rotations, cloud) => rotateSecret(cloud, rotations, input),
  CancelRotateSecret: (input, rotations, cloud) => cancelRotation(cloud, rotations, input),
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  PutSecretValue: (input, _rotations, cloud) => putCurrent(cloud, input),
};

export function secretsmanagerApi(cloud: Cloud, rotations: Rotations): ApiHandler {
  return async (request) => {
    const call = isForMoto(request.headers) ? undefined : CALLS[request.action];
    if (call === undefined) return undefined;
    try {
      const answer = await call(inputOf(request), rotations, cloud);
      return answer && success(answer);
    } catch (error) {
      return refusal(error as Error);
    }
  };
}

function inputOf({ body }: ApiRequest): Properties {
  return JSON.parse(body.length === 0 ? "{}" : body.toString()) as Properties;
}

const success = (answer: Properties): ApiResponse => ({
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(answer),
});

/** moto's refusals come as errors with a name; this service's own begin with it. */
function refusal(error: Error): ApiResponse {
  const [, code = error.name, message = error.message] = /^(\w+Exception): (.*)$/s.exec(error.message) ?? [];
  const known = code.endsWith("Exception");
  return faultResponse("json", {
    ...{ code: known ? code : "InternalServiceError", message },
    status: known ? 400 : 500,
  });
}

/** Without a version or a label the current version is meant. */
async function getSecretValue(input: Properties, _rotations: Rotations, cloud: Cloud): Promise<Properties | undefined> {
  if (input.VersionId !== undefined || input.VersionStage !== undefined) return undefined;
  const call = new GetSecretValueCommand({ SecretId: input.SecretId as string, VersionStage: "AWSCURRENT" });
  return plain(await motoSecrets(cloud).send(call));
}

/** moto's answer, with the rotation as it stands. A version that is pending and has no value yet is among the others. */
async function describeSecret(input: Properties, rotations: Rotations, cloud: Cloud): Promise<Properties | undefined> {
  const call = new DescribeSecretCommand({ SecretId: input.SecretId as string });
  const found = await motoSecrets(cloud).send(call);
  const setting = rotations.of(found.ARN ?? "");
  return plain({ ...found, ...(setting !== undefined && rotationFields(setting, found.VersionIdsToStages)) });
}

function rotationFields(setting: RotationSetting, versions: Readonly<Record<string, string[]>> = {}): Properties {
  const { rules, functionArn, enabled, lastRotatedAt, nextRotationAt, pendingVersionId } = setting;
  const placeholder = pendingVersionId !== undefined && versions[pendingVersionId] === undefined;
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    OwningService: functionArn === undefined ? "rds" : undefined,
    RotationRules: {
      AutomaticallyAfterDays: rules.automaticallyAfterDays,
      Duration: rules.duration,
      ScheduleExpression: rules.scheduleExpression,
    },
    LastRotatedDate: lastRotatedAt && new Date(lastRotatedAt),
    NextRotationDate: nextRotationAt && new Date(nextRotationAt),
    VersionIdsToStages: placeholder ? { ...versions, [pendingVersionId]: ["AWSPENDING"] } : versions,
  };
}

/** As the protocol writes it: instants in seconds, nothing of the SDK's own. */
function plain(answer: object): Properties {
  const entries = Object.entries(answer).filter(([name, value]) => name !== "$metadata" && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Date ? value.getTime() / 1_000 : (value as unknown)]),
  );
}
