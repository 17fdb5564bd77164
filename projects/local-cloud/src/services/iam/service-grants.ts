import type { Cloud } from "../../cloud.ts";
import { asList, coversAction, matchesPattern, parsePolicy } from "./policy-document.ts";

/**
 * Services that deliver into a bucket (CloudTrail, flow logs) try it when they are set up.
 * @returns what AWS answers when the bucket is missing or its policy does not admit the service
 */
export function deliveryRefusal(
  cloud: Cloud,
  delivery: { bucket: string; servicePrincipal: string; actions: readonly string[]; refusal: string },
): string | undefined {
  const bucket = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]
    .map((token) => cloud.account.byId(token, delivery.bucket))
    .find((record) => record !== undefined);
  if (bucket === undefined) return `S3BucketDoesNotExist: the account has no bucket "${delivery.bucket}".`;
  const statements = cloud.account
    .ofType("aws:s3/bucketPolicy:BucketPolicy")
    .filter(({ inputs }) => inputs.bucket === delivery.bucket)
    .flatMap(({ inputs }) => parsePolicy(inputs.policy)?.Statement ?? []);
  const bucketArn = `arn:aws:s3:::${delivery.bucket}`;
  for (const action of delivery.actions) {
    // An object action is granted on keys below the bucket; which prefix is the service's own business.
    const onResource = (resource: string) =>
      action === "s3:PutObject"
        ? resource === "*" || resource.startsWith(`${bucketArn}/`)
        : matchesPattern(resource, bucketArn);
    const admitted = statements.some(
      (statement) =>
        statement.Effect === "Allow" &&
        coversAction(statement, action) &&
        asList(statement.Resource).some(onResource) &&
        namesService(statement.Principal, delivery.servicePrincipal),
    );
    if (!admitted) {
      return (
        `${delivery.refusal}: the policy of bucket "${delivery.bucket}" does not allow ${delivery.servicePrincipal} ${action}. ` +
        `Add a statement, and let this resource depend on the bucket policy.`
      );
    }
  }
  return undefined;
}

function namesService(principal: unknown, service: string): boolean {
  if (principal === "*") return true;
  return (
    typeof principal === "object" &&
    principal !== null &&
    asList((principal as { Service?: unknown }).Service).includes(service)
  );
}
