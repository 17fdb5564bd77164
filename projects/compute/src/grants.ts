// Statements that several roles share, each for one resource and one way to it.
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Statement } from "./service-role.ts";

/** Reads the named secrets, and decrypts them only on Secrets Manager's behalf. */
export function readSecrets(config: Config, secretArns: readonly pulumi.Input<string>[]): readonly Statement[] {
  return [
    {
      Sid: "ReadSecrets",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: secretArns,
    },
    useKey(config, "DecryptSecrets", ["kms:Decrypt"], config.security.kmsKeyArns.secrets, "secretsmanager"),
  ];
}

/** Uses a key, but only through the service that holds what it encrypts. */
export function useKey(
  { settings }: Config,
  sid: string,
  actions: readonly string[],
  keyArn: pulumi.Input<string>,
  service: string,
): Statement {
  return {
    Sid: sid,
    Action: actions,
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": `${service}.${settings.region}.amazonaws.com` } },
  };
}

/** Trace records have no resource that a policy could name. */
export const SEND_TRACES: Statement = {
  Sid: "SendTraces",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};
