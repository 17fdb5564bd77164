/** Buckets, keys and roles as their own services would have recorded them: for services that try them. */
import type { Cloud } from "../../src/cloud.ts";
import type { Properties } from "../../src/resource-type.ts";

export const ACCOUNT = "000000000000";
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/00000000-0000-4000-8000-000000000001`;

export type Statement = Readonly<Record<string, unknown>>;

export const policyOf = (...Statement: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement });

export const allow = (Service: string, Action: string | readonly string[], Resource: string, Condition?: object) => ({
  Effect: "Allow",
  Principal: { Service },
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Records what another service holds, without that service. */
export function put(cloud: Cloud, type: string, id: string, inputs: Properties, arn?: string): Promise<void> {
  const urn = `urn:pulumi:local::test::${type}::${id}`;
  return cloud.account.put({ urn, type, id, arn, inputs, outputs: { ...inputs, arn } }, []);
}

export async function putBucket(cloud: Cloud, bucket: string, ...statements: readonly Statement[]): Promise<void> {
  await put(cloud, "aws:s3/bucket:Bucket", bucket, { bucket }, `arn:aws:s3:::${bucket}`);
  if (statements.length > 0)
    await put(cloud, "aws:s3/bucketPolicy:BucketPolicy", bucket, { bucket, policy: policyOf(...statements) });
}

export function putKey(cloud: Cloud, ...statements: readonly Statement[]): Promise<void> {
  return put(cloud, "aws:kms/key:Key", KEY_ARN.split("/")[1] ?? "", { policy: policyOf(...statements) }, KEY_ARN);
}

export async function putRole(cloud: Cloud, name: string, trusted: Statement, ...may: readonly Statement[]) {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  await put(cloud, "aws:iam/role:Role", name, { name, assumeRolePolicy: policyOf(trusted) }, arn);
  await put(cloud, "aws:iam/rolePolicy:RolePolicy", `${name}:own`, {
    role: name,
    name: "own",
    policy: policyOf(...may),
  });
  return arn;
}
