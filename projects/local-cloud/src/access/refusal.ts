/** A refusal in the words and under the code of the service that was called. */
import type { AwsFault, Dialect } from "../aws-api/errors.ts";

/** What a service answers when it is not let to its caller's key; else it says that the call itself is refused. */
const KEY_FAULTS: Readonly<Record<string, Pick<AwsFault, "code"> & { readonly before?: string }>> = {
  kinesis: { code: "KMSAccessDeniedException" },
  secretsmanager: { code: "AccessDeniedException", before: "Access to KMS is not allowed. " },
  sns: { code: "KMSAccessDenied" },
  sqs: { code: "KmsAccessDenied" },
};

export function accessDenied(
  service: string,
  dialect: Dialect,
  headers: Readonly<Record<string, string>>,
  refused: { readonly message: string; readonly onKey: boolean },
): AwsFault {
  const hasTarget = headers["x-amz-target"] !== undefined;
  const status = hasTarget ? 400 : 403;
  const keyFault = refused.onKey ? KEY_FAULTS[service] : undefined;
  if (keyFault) return { code: keyFault.code, message: (keyFault.before ?? "") + refused.message, status };
  if (dialect === "json") return { code: "AccessDeniedException", message: refused.message, status };
  return { code: service === "sns" ? "AuthorizationError" : "AccessDenied", message: refused.message, status };
}
