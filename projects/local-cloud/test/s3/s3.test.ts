import {
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { kmsService } from "../../src/services/kms/index.ts";
import { s3Service } from "../../src/services/s3/index.ts";
import { Resources } from "../support/resources.ts";
import type { MadeResource } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const type = (name: string) => `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
const BUCKET = type("Bucket");

const deny = (bucket: string, condition: object) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  Condition: condition,
});
const policyOf = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("S3", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let s3: S3Client;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, s3Service]);
    resources = new Resources(cloud);
    s3 = new S3Client(cloud.sdk);
  });
  afterAll(() => cloud.close());

  async function makeStore(bucket: string): Promise<Record<string, MadeResource>> {
    const key = await resources.create("aws:kms/key:Key", bucket, {});
    const create = (name: string, inputs: object) => resources.create(type(name), bucket, { bucket, ...inputs });
    return {
      bucket: await create("Bucket", { objectLockEnabled: true, forceDestroy: true, tags: { a: "1" } }),
      versioning: await create("BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
      encryption: await create("BucketServerSideEncryptionConfiguration", {
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.outputs.arn as string },
            bucketKeyEnabled: true,
          },
        ],
      }),
      lifecycle: await create("BucketLifecycleConfiguration", {
        rules: [
          {
            id: "age",
            status: "Enabled",
            filter: { prefix: "" },
            transitions: [
              { days: 90, storageClass: "STANDARD_IA" },
              { days: 365, storageClass: "GLACIER_IR" },
            ],
            expiration: { days: 2585 },
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      }),
      lock: await create("BucketObjectLockConfiguration", {
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
      }),
      block: await create("BucketPublicAccessBlock", {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
      ownership: await create("BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }),
      policy: await create("BucketPolicy", {
        policy: policyOf(deny(bucket, { Bool: { "aws:SecureTransport": "false" } })),
      }),
    };
  }

  it("makes a bucket with all its settings, shows no drift on them, and takes objects and all away", async () => {
    const store = await makeStore("srs-local-audit");
    expect(store.bucket?.outputs).toMatchObject({
      arn: "arn:aws:s3:::srs-local-audit",
      bucketRegionalDomainName: "srs-local-audit.s3.us-east-1.amazonaws.com",
    });
    for (const resource of Object.values(store)) {
      expect(await resources.read(resource)).toEqual(expect.objectContaining(resource.inputs));
    }
    const object = { Bucket: "srs-local-audit", Key: "trail/one" };
    await s3.send(new PutObjectCommand({ ...object, Body: "entry" }));
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe("entry");
    for (const resource of Object.values(store).reverse()) await resources.remove(resource);
    expect(await resources.read(store.bucket!)).toBeUndefined();
  });

  it("shows settings that were changed or taken away behind the back", async () => {
    const store = await makeStore("drifts");
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: "drifts", VersioningConfiguration: { Status: "Suspended" } }),
    );
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: "drifts" }));
    const wide = policyOf({
      Effect: "Allow",
      Principal: { AWS: "111111111111" },
      Action: "s3:*",
      Resource: "arn:aws:s3:::drifts",
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "drifts", Policy: wide }));
    expect(await resources.read(store.versioning!)).toMatchObject({ versioningConfiguration: { status: "Suspended" } });
    expect(await resources.read(store.block!)).toBeUndefined();
    expect(await resources.read(store.policy!)).toMatchObject({ policy: wide });
    await resources.update(store.versioning!, store.versioning!.inputs);
    expect(await resources.read(store.versioning!)).toMatchObject(store.versioning!.inputs);
  });

  it("shows a bucket that is gone, with every setting of it, and lets them be removed", async () => {
    const bucket = await resources.create(BUCKET, "gone", { bucket: "is-gone" });
    const policy = await resources.create(type("BucketPolicy"), "gone", {
      bucket: "is-gone",
      policy: policyOf(deny("is-gone", { Bool: { "aws:SecureTransport": "false" } })),
    });
    await s3.send(new DeleteBucketCommand({ Bucket: "is-gone" }));
    expect(await resources.read(bucket)).toBeUndefined();
    expect(await resources.read(policy)).toBeUndefined();
    await resources.remove(policy);
    await resources.remove(bucket);
  });

  it("gives out a policy through the API, and says when there is none", async () => {
    await resources.create(BUCKET, "asked", { bucket: "asked" });
    const read = () => s3.send(new GetBucketPolicyCommand({ Bucket: "asked" }));
    await expect(read()).rejects.toMatchObject({ name: "NoSuchBucketPolicy" });
    const policy = policyOf(deny("asked", { Bool: { "aws:SecureTransport": "false" } }));
    await resources.create(type("BucketPolicy"), "asked", { bucket: "asked", policy });
    expect(await read()).toMatchObject({ Policy: policy });
  });

  it("refuses to delete a bucket that holds something, unless it is told to empty it", async () => {
    const bucket = await resources.create(BUCKET, "full", { bucket: "holds-something" });
    await s3.send(new PutObjectCommand({ Bucket: "holds-something", Key: "a", Body: "b" }));
    await expect(resources.remove(bucket)).rejects.toMatchObject({ name: "BucketNotEmpty" });
    await resources.remove(await resources.update(bucket, { ...bucket.inputs, forceDestroy: true }));
    expect(await resources.read(bucket)).toBeUndefined();
  });

  it("refuses a public policy behind a public access block, wrong names and lifecycles that cannot be", async () => {
    await makeStore("blocked");
    const everyone = policyOf({
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::blocked/*",
    });
    const other = { ...(await resources.create(BUCKET, "b", { bucket: "blocked-too" })) };
    await resources.create(type("BucketPublicAccessBlock"), "b", { bucket: other.id, blockPublicPolicy: true });
    await expect(resources.create(type("BucketPolicy"), "b", { bucket: other.id, policy: everyone })).rejects.toThrow(
      "AccessDenied",
    );
    expect(await resources.failuresOf(BUCKET, { bucket: "Upper" })).toMatchObject([{ property: "bucket" }]);
    const rules = [
      { id: "a", status: "Enabled", transitions: [{ days: 90, storageClass: "GLACIER_IR" }], expiration: { days: 30 } },
    ];
    expect(await resources.failuresOf(type("BucketLifecycleConfiguration"), { bucket: "a", rules })).toMatchObject([
      { property: "rules" },
    ]);
  });
});
