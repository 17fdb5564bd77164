import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { FUNCTION_POLICIES } from "./function.ts";
import { readSecrets, SEND_TRACES, signWith, useKey } from "./grants.ts";
import { ServiceRole } from "./service-role.ts";

/** Writes into two folders of the audit store, under its key alone. It reads nothing there, its own exports included. */
export function auditExporterRole(config: Config, parent: pulumi.Resource): ServiceRole {
  const { security, data } = config;
  const { audit } = security.kmsKeyArns;
  const folder = (name: string) => pulumi.interpolate`${security.auditBucket.arn}/${name}/*`;
  return new ServiceRole(
    config,
    {
      role: "audit-exporter",
      service: "lambda",
      managedPolicies: FUNCTION_POLICIES,
      statements: [
        ...readSecrets(config, [data.secretArns.dbAppA, data.secretArns.dbAppB]),
        {
          Sid: "KeepExports",
          Action: ["s3:PutObject"],
          Resource: [folder("audit"), folder("anchors")],
          Condition: { StringEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": audit } },
        },
        useKey(config, "EncryptExports", ["kms:GenerateDataKey"], audit, "s3"),
        ...signWith(config),
        SEND_TRACES,
      ],
    },
    { parent },
  );
}
