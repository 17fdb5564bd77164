/**
 * A mount is no call of the API, but the file system's policy and the role's decide about it.
 * @see https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
import { arn } from "../../identifiers.ts";
import { given, type Use } from "../request.ts";

export interface Mount {
  readonly fileSystemId: string;
  readonly accessPointId?: string;
  readonly readOnly: boolean;
  /** Whether the mount is over TLS. */
  readonly encrypted: boolean;
}

export function mounting({ fileSystemId, accessPointId, readOnly, encrypted }: Mount): readonly Use[] {
  const context = {
    "aws:SecureTransport": String(encrypted),
    "elasticfilesystem:AccessedViaMountTarget": "true",
    ...given(
      "elasticfilesystem:AccessPointArn",
      accessPointId && arn("elasticfilesystem", `access-point/${accessPointId}`),
    ),
  };
  return ["ClientMount", ...(readOnly ? [] : ["ClientWrite"])].map((operation) => ({
    action: `elasticfilesystem:${operation}`,
    resource: arn("elasticfilesystem", `file-system/${fileSystemId}`),
    context,
  }));
}
