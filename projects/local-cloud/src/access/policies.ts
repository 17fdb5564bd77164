/** Which policies decide about a principal and a resource, as the account holds them now. */
import { parsePolicy, type NamedPolicy, type Policies, type PolicyDocument } from "@records/iam";
import type { Account } from "../cloud.ts";
import { policiesOfRole, type RolePolicies } from "../services/iam/role-policies.ts";
import { functionPolicy } from "../services/lambda/permission.ts";
import type { AccountView } from "./account-view.ts";
import type { ResourceRecord } from "../resource-type.ts";

/** Parsed once for each text: a deployment changes the account often and the policies seldom. */
const parsed = new Map<string, PolicyDocument | undefined>();
const TEXTS_MAX = 2_000;

export interface RoleFacts extends RolePolicies {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** @returns undefined for a role that the account does not have (any more) */
export function roleFacts(recorded: Account, account: AccountView, roleArn: string): RoleFacts | undefined {
  return account.derived(`role ${roleArn}`, () => {
    const role = account.byArn(roleArn);
    if (role?.type !== "aws:iam/role:Role") return undefined;
    return { ...policiesOfRole({ account: recorded }, role), arn: roleArn, tags: tagsOf(role) };
  });
}

export function tagsOf(record: ResourceRecord | undefined): Readonly<Record<string, string>> {
  return (record?.outputs.tagsAll ?? record?.inputs.tagsAll ?? record?.inputs.tags ?? {}) as Record<string, string>;
}

export function trustOf(role: ResourceRecord | undefined): Policies {
  const resource = role && readable(`trust policy of role ${role.id}`, role.inputs.assumeRolePolicy);
  return { identity: [], resource, resourceKind: "trust" };
}

/** The policy that stands on a resource itself; resources of some kinds never have one. */
export function resourcePolicy(account: AccountView, arn: string): Pick<Policies, "resource" | "resourceKind"> {
  return account.derived(`policy on ${arn}`, () => {
    const [, , service = ""] = arn.split(":", 3);
    const resource = HOLDERS[service]?.(account, arn);
    return { resource, resourceKind: service === "kms" ? "kms-key" : "other" };
  });
}

type Holder = (account: AccountView, arn: string) => NamedPolicy | undefined;

/** The property `policy` of a record of that type which points to the resource. */
const standing =
  (kind: string, token: string, property: string, pointsTo: (arn: string, account: AccountView) => unknown): Holder =>
  (account, arn) => {
    const target = pointsTo(arn, account);
    const record = account.ofType(token).find(({ inputs }) => inputs[property] === target);
    return record && readable(`policy of ${kind} ${lastPart(arn)}`, record.inputs.policy);
  };

/** On the resource itself, where no policy of its own stands beside it. */
const own =
  (kind: string): Holder =>
  (account, arn) => {
    const record = account.byArn(arn);
    const policy: unknown = record?.inputs.policy ?? record?.outputs.policy;
    return policy === undefined || policy === "" ? undefined : readable(`policy of ${kind} ${lastPart(arn)}`, policy);
  };

const either =
  (...holders: readonly Holder[]): Holder =>
  (account, arn) => {
    for (const holder of holders) {
      const policy = holder(account, arn);
      if (policy !== undefined) return policy;
    }
    return undefined;
  };

const bucketOf = (arn: string): string => arn.slice("arn:aws:s3:::".length).split("/")[0] ?? "";

const HOLDERS: Readonly<Record<string, Holder>> = {
  kms: own("key"),
  secretsmanager: either(
    standing("secret", "aws:secretsmanager/secretPolicy:SecretPolicy", "secretArn", (arn) => arn),
    own("secret"),
  ),
  s3: standing("bucket", "aws:s3/bucketPolicy:BucketPolicy", "bucket", bucketOf),
  sqs: either(
    standing("queue", "aws:sqs/queuePolicy:QueuePolicy", "queueUrl", (arn, account) => account.byArn(arn)?.id),
    own("queue"),
  ),
  sns: either(
    standing("topic", "aws:sns/topicPolicy:TopicPolicy", "arn", (arn) => arn),
    own("topic"),
  ),
  kinesis: standing("stream", "aws:kinesis/resourcePolicy:ResourcePolicy", "resourceArn", (arn) => arn),
  elasticfilesystem: standing("file system", "aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", (arn) =>
    lastPart(arn),
  ),
  ecr: standing("repository", "aws:ecr/repositoryPolicy:RepositoryPolicy", "repository", (arn) =>
    arn.slice(arn.indexOf(":repository/") + ":repository/".length),
  ),
  lambda: (account, arn) => {
    const document = functionPolicy({ account }, arn);
    return document && { name: `policy of function ${lastPart(arn)}`, document };
  },
};

/** A policy that cannot be read allows nothing; that it cannot be read is said where it is made. */
export function readable(name: string, policy: unknown): NamedPolicy | undefined {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy);
  if (!parsed.has(text)) {
    if (parsed.size >= TEXTS_MAX) parsed.clear();
    parsed.set(text, parsedOrNothing(text));
  }
  const document = parsed.get(text);
  return document && { name, document };
}

function parsedOrNothing(text: string): PolicyDocument | undefined {
  try {
    return parsePolicy(text);
  } catch {
    return undefined;
  }
}

const lastPart = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);
