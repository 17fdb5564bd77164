/** One question: may this principal do this to that resource, and what must hold for it. */
import { possibility, type ContextValue, type Policies, type Possibility } from "@records/iam";
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
 * @param arn  of what the action is done to: the resource itself, or something in it (an object of a bucket)
 */
export function mayDo(
  model: AccessModel,
  asker: Asker,
  action: string,
  arn: string,
  resource?: GuardedResource,
): Possibility {
  const request = { principal: asker.principal, action, resource: arn, context: knownContext(model, resource) };
  return possibility(request, policiesFor(asker, resource));
}

/** The key of what is in a resource, where it has one of ours. */
export function keyOf(model: AccessModel, { keyArn }: GuardedResource): GuardedResource | undefined {
  return model.resources.find(({ kind, arn }) => kind === "kms-key" && arn === keyArn);
}

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
  return key === undefined || mayDo(model, asker, "kms:Decrypt", key.arn, key).possible;
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
