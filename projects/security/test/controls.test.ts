/** What published controls ask of this layer's stores and no other test shows (docs/controls.md). */
import { recordStack, statements, type Recording } from "@records/testing";

const BUCKETS = ["access-logs", "audit", "configuration"];
let prod: Recording;
beforeAll(async () => {
  prod = await recordStack("projects/security", {}, { stack: "prod" });
}, 60_000);

describe("buckets in production", () => {
  it("let in this account and AWS's own services on its behalf, and no other account", () => {
    const policies = statements(prod).filter(({ resource }) => resource.type === "aws:s3/bucketPolicy:BucketPolicy");
    const allowed = policies.filter(({ Effect }) => Effect === "Allow");
    expect(new Set(allowed.map(({ resource }) => resource.name))).toEqual(new Set(BUCKETS));
    for (const { Principal, Condition, actions } of allowed) {
      if ("AWS" in (Principal as object)) {
        expect(Principal).toEqual({ AWS: "arn:aws:iam::333333333333:root" });
        expect(Condition?.ArnLike?.["aws:PrincipalArn"]).toBeDefined();
      } else {
        expect(Condition?.StringEquals?.["aws:SourceAccount"]).toBe("333333333333");
      }
      const sensitive = ["DeleteBucketPolicy", "PutBucketAcl", "PutBucketPolicy", "PutEncryptionConfiguration"];
      expect(actions.filter((action) => sensitive.includes(action.replace("s3:", "")))).toEqual([]);
    }
  });

  it("end what they hold by a lifecycle, and clear away what was never finished", () => {
    for (const bucket of BUCKETS) {
      const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
      const [rule] = prod.get(lifecycle, bucket).inputs.rules;
      expect(rule).toMatchObject({ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } });
      expect(rule.expiration.days).toBeGreaterThan(0);
    }
  });
});
