/** One question: may this principal do this to that resource, and what must hold for it. */
import { possibility, type ContextValue, type Policies, type Possibility } from "@records/iam";
import type { GuardedKind } from "./guarded.ts";
import type { AccessModel, GuardedResource } from "./model.ts";
import type { Asker } from "./principals.ts";

/** What is known about a call before anybody makes it. Every other condition key is left open. */
export function knownContext(model: AccessModel, resource?: GuardedResource): Record<string, ContextValue> {
  return {
    "aws:RequestedRegion": model.region,
    "aws:ResourceAccount": model.accountId,
    // Nothing older is negotiated by a client of today; the policies refuse it all the same.
    "s3:TlsVersion": "1.3",
    ...Object.fromEntries(
      Object.entries(resource?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
    ...(resource?.kind === "kms-key" && { "kms:ResourceAliases": resource.aliases }),
  };
}

export function policiesFor(asker: Asker, resource?: GuardedResource): Policies {
  return {
    identity: asker.identity,
    boundary: asker.boundary,
    resource: resource?.policy,
    resourceKind: resource?.kind === "kms-key" ? "kms-key" : "other",
  };
}

/**
 * @param arn      of what the action is done to: the resource itself, or something in it (an object of a bucket)
 * @param context  what else is known about the call
 */
export function mayDo(
  model: AccessModel,
  asker: Asker,
  action: string,
  arn: string,
  resource?: GuardedResource,
  context: Readonly<Record<string, ContextValue>> = {},
): Possibility {
  const known = { ...knownContext(model, resource), ...context };
  const request = { principal: asker.principal, action, resource: arn, context: known };
  return possibility(request, policiesFor(asker, resource));
}

/** The key of what is in a resource, where it has one of ours. */
export function keyOf(model: AccessModel, { keyArn }: GuardedResource): GuardedResource | undefined {
  return model.resources.find(({ kind, arn }) => kind === "kms-key" && arn === keyArn);
}

/** How services ask for a key on a reader's behalf: in whose name, and what they name in the encryption context. */
const DECRYPTED_BY: Readonly<Partial<Record<GuardedKind, readonly [service: string, contextKey: string]>>> = {
  bucket: ["s3", "aws:s3:arn"],
  queue: ["sqs", "aws:sqs:arn"],
  topic: ["sns", "aws:sns:topicArn"],
  secret: ["secretsmanager", "SecretARN"],
  stream: ["kinesis", "aws:kinesis:arn"],
};

/** Whether the content can be had in clear: the action is possible, and so is decrypting what it returns. */
export function mayRead(
  model: AccessModel,
  asker: Asker,
  action: string,
  arn: string,
  resource?: GuardedResource,
): boolean {
  if (!mayDo(model, asker, action, arn, resource).possible) return false;
  const key = resource && keyOf(model, resource);
  if (resource === undefined || key === undefined) return true;
  const [service, contextKey] = DECRYPTED_BY[resource.kind] ?? [];
  const context = {
    ...(service && { "kms:ViaService": `${service}.${model.region}.amazonaws.com` }),
    ...(contextKey && { [`kms:EncryptionContext:${contextKey}`]: resource.arn }),
  };
  return mayDo(model, asker, "kms:Decrypt", key.arn, key, context).possible;
}

/** The resource whose policy decides about an ARN: itself, or the bucket that the object is in. */
export function guardOf(model: AccessModel, arn: string): GuardedResource | undefined {
  return model.resources.find(
    (resource) =>
      arn === resource.arn ||
      (resource.kind === "bucket" && arn.startsWith(`${resource.arn}/`)) ||
      // Secrets Manager adds six characters to the name.
      (resource.kind === "secret" && arn.startsWith(`${resource.arn}-`)),
  );
}
