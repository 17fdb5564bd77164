/** What AWS services try when they are told to deliver somewhere: their own calls, weighed by the policies concerned. */
import { evaluate, parsePolicy } from "@records/iam";
import type { AccessRequest, ContextValue, NamedPolicy, Policies, Principal } from "@records/iam";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { policiesOfRole } from "./role-policies.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const KEY = "aws:kms/key:Key";

/** Who calls: a service in its own name (`cloudtrail.amazonaws.com`), or a role by its ARN. */
export interface Caller {
  readonly principal: Principal;
  /** What every call of it carries: `aws:SourceAccount`, `aws:SourceArn`. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

export interface Call {
  readonly action: string;
  /** Below the bucket, for object actions; left out for the bucket itself. */
  readonly objectKey?: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
}

export function serviceCaller(service: string, sourceArn: string): Caller {
  return {
    principal: { kind: "service", service },
    context: { "aws:SourceAccount": ACCOUNT_ID, "aws:SourceArn": sourceArn },
  };
}

export function roleCaller(arn: string): Caller {
  return { principal: { kind: "role", arn }, context: {} };
}

/** @returns why the bucket does not take these calls; undefined when it does */
export function bucketRefusal(
  cloud: Cloud,
  bucket: string,
  caller: Caller,
  calls: readonly Call[],
): string | undefined {
  if (cloud.account.byId(BUCKET, bucket) === undefined)
    return `S3BucketDoesNotExist: the account has no bucket "${bucket}".`;
  const policy = cloud.account.ofType("aws:s3/bucketPolicy:BucketPolicy").find(({ inputs }) => inputs.bucket === bucket)
    ?.inputs.policy as unknown;
  const resource = readable(`policy of bucket ${bucket}`, policy);
  return firstRefusal(cloud, caller, { resource, resourceKind: "other" }, calls, ({ objectKey }) =>
    objectKey === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${objectKey}`,
  );
}

/** @param key id or ARN of a key, or ARN of an alias; AWS's own keys take every call */
export function keyRefusal(cloud: Cloud, key: string, caller: Caller, calls: readonly Call[]): string | undefined {
  if (/(^|:)alias\/aws\//.test(key)) return undefined;
  const record = keyOf(cloud, key);
  if (record === undefined) return `NotFoundException: Key '${key}' does not exist.`;
  if (record.inputs.isEnabled === false) return `DisabledException: Key '${key}' is disabled.`;
  const resource = readable(`policy of key ${record.id}`, record.inputs.policy ?? record.outputs.policy);
  return firstRefusal(cloud, caller, { resource, resourceKind: "kms-key" }, calls, () => record.arn ?? record.id);
}

/** The key that a bucket encrypts under when the caller names none. */
export function bucketKey(cloud: Cloud, bucket: string): string | undefined {
  const token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  const setting = cloud.account.ofType(token).find(({ inputs }) => inputs.bucket === bucket);
  const rules = (setting?.inputs.rules ?? []) as { applyServerSideEncryptionByDefault?: { kmsMasterKeyId?: string } }[];
  return rules[0]?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
}

/** The headers with which a service asks S3 to encrypt under a key. */
export function encryptedUnder(key: string | undefined): Readonly<Record<string, ContextValue>> {
  if (key === undefined) return {};
  return { "s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": key };
}

export const OWNED_BY_BUCKET = { "s3:x-amz-acl": "bucket-owner-full-control" } as const;

/** Whether the role lets the service act in its name, and may do what the service will do. */
export function roleRefusal(
  cloud: Cloud,
  roleArn: string,
  service: Caller,
  uses: readonly { readonly action: string; readonly resource: string }[],
): { readonly lacks: "role" | "trust" | "permission"; readonly why: string } | undefined {
  const role = cloud.account.byArn(roleArn);
  if (role === undefined) return { lacks: "role", why: `the account has no role ${roleArn}.` };
  const trust = readable(`trust policy of ${role.id}`, role.inputs.assumeRolePolicy);
  const assume = { ...service, action: "sts:AssumeRole", resource: roleArn };
  const distrust = refusal(assume, { identity: [], resource: trust, resourceKind: "trust" });
  if (distrust !== undefined) return { lacks: "trust", why: distrust };
  const { identity, boundary, opaque } = policiesOfRole(cloud, role);
  if (opaque.length > 0) return undefined;
  for (const use of uses) {
    const why = refusal({ ...roleCaller(roleArn), ...use }, { identity, boundary });
    if (why !== undefined) return { lacks: "permission", why };
  }
  return undefined;
}

function firstRefusal(
  cloud: Cloud,
  caller: Caller,
  policies: Omit<Policies, "identity">,
  calls: readonly Call[],
  resourceOf: (call: Call) => string,
): string | undefined {
  const { principal } = caller;
  const role = principal.kind === "role" ? cloud.account.byArn(principal.arn) : undefined;
  const { identity, boundary, opaque } = role
    ? policiesOfRole(cloud, role)
    : { identity: [], boundary: undefined, opaque: [] };
  if (opaque.length > 0) return undefined;
  for (const call of calls) {
    const context = { ...caller.context, ...call.context };
    const request = { principal, context, action: call.action, resource: resourceOf(call) };
    const why = refusal(request, { ...policies, identity, boundary });
    if (why !== undefined) return why;
  }
  return undefined;
}

function refusal(request: AccessRequest, policies: Policies): string | undefined {
  // Every call says which Region it is made in.
  const context = { "aws:RequestedRegion": REGION, ...request.context };
  const decision = evaluate({ ...request, context }, policies);
  return decision.allowed ? undefined : decision.message;
}

/** A policy that cannot be read allows nothing; that it cannot be read is said where it is made. */
function readable(name: string, policy: unknown): NamedPolicy | undefined {
  try {
    return policy === undefined ? undefined : { name, document: parsePolicy(policy) };
  } catch {
    return undefined;
  }
}

function keyOf(cloud: Cloud, key: string) {
  const alias = /(?:^|:)(alias\/.+)$/.exec(key)?.[1];
  const target = alias && (cloud.account.byId("aws:kms/alias:Alias", alias)?.inputs.targetKeyId as string | undefined);
  const named = alias === undefined ? key : target;
  return named === undefined
    ? undefined
    : cloud.account.ofType(KEY).find(({ id, arn }) => id === named || arn === named);
}
