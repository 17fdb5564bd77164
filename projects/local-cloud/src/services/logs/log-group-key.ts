import { REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { keyRefusal } from "../iam/service-grants.ts";
import type { Caller } from "../iam/service-grants.ts";

/** CloudWatch Logs tries a key when a group is told of it: as itself, with the group's ARN as encryption context. */
export function refuseForeignKey(cloud: Cloud, key: string | null | undefined, groupArn: string): void {
  if (key === undefined || key === null) return;
  const logs: Caller = { principal: { kind: "service", service: `logs.${REGION}.amazonaws.com` }, context: {} };
  const context = {
    "kms:EncryptionContext:aws:logs:arn": groupArn,
    "kms:EncryptionContextKeys": ["aws:logs:arn"],
  };
  const why = keyRefusal(
    cloud,
    key,
    logs,
    ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"].map((action) => ({ action, context })),
  );
  if (why !== undefined)
    throw new Error(
      `AccessDeniedException: The specified KMS Key Id could not be found or is not allowed to be used with Arn '${groupArn}'. ${why}`,
    );
}
