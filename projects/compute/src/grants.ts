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

/** Signs with the platform's key pair, by its one algorithm, and shows the public half. */
export function signWith({ security }: Config): readonly Statement[] {
  const { signing } = security.kmsKeyArns;
  return [
    {
      Sid: "Sign",
      Action: ["kms:Sign"],
      Resource: signing,
      Condition: { StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256" } },
    },
    { Sid: "ShowPublicKey", Action: ["kms:GetPublicKey"], Resource: signing },
  ];
}

/**
 * Opens the data keys of students. The encryption context must name a student and a purpose, and nothing else: the trail
 * then says whose fields were read, and for what.
 */
export function openStudentFields({ security }: Config): Statement {
  return {
    Sid: "OpenStudentFields",
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: security.kmsKeyArns.studentFields,
    Condition: {
      Null: { "kms:EncryptionContext:studentId": "false", "kms:EncryptionContext:purpose": "false" },
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["studentId", "purpose"] },
    },
  };
}

/** Trace records have no resource that a policy could name. */
export const SEND_TRACES: Statement = {
  Sid: "SendTraces",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};
