import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  denyInsecureTransport,
  layerOf,
  policyDocument,
  tagsFor,
  type Classification,
  type RetentionClass,
  type Sizing,
  type Statement,
} from "@records/conventions";

export interface PrivateBucketArgs {
  /** Physical name. */
  bucket: string;
  /** Key of the content. Undefined: keys of S3 itself, which is all that some log deliveries can write with. */
  keyArn?: pulumi.Input<string>;
  /** Write once: `lock` is how long what is written stays (null: lockable, no default), undefined: not lockable. */
  lock?: Sizing["objectLock"];
  lifecycle: pulumi.Input<aws.types.input.s3.BucketLifecycleConfigurationRule>[];
  /** Who may do what, on top of the denials that every bucket has. */
  statements: (bucketArn: string) => Statement[];
  /** Where access to this bucket is logged. Undefined for the bucket that is the target itself. */
  accessLogBucket?: pulumi.Input<string>;
  classification: Classification;
  retention: RetentionClass;
  sizing: Sizing;
}

/** A bucket that nobody reaches by accident: private, versioned, encrypted, TLS 1.2 or newer, with an end for what it holds. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<{ name: string; arn: string }>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super(`srs:${layerOf(pulumi.getProject())}:PrivateBucket`, name, {}, opts);
    const { sizing } = args;
    const child = { parent: this };
    const kept = { parent: this, protect: sizing.protect, retainOnDelete: sizing.retainOnDelete };

    const bucket = new aws.s3.Bucket(
      name,
      {
        bucket: args.bucket,
        objectLockEnabled: args.lock !== undefined,
        forceDestroy: sizing.disposable,
        tags: tagsFor({ classification: args.classification, retention: args.retention }),
      },
      kept,
    );
    const id = bucket.id;
    const block = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(name, { bucket: id, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket: id, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: id,
        rules: [
          {
            applyServerSideEncryptionByDefault: args.keyArn
              ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn }
              : { sseAlgorithm: "AES256" },
            bucketKeyEnabled: args.keyArn !== undefined,
          },
        ],
      },
      child,
    );
    const afterVersioning = { parent: this, dependsOn: [versioning] };
    const settled: pulumi.Resource[] = [
      block,
      new aws.s3.BucketLifecycleConfiguration(name, { bucket: id, rules: args.lifecycle }, afterVersioning),
    ];
    if (args.lock) {
      settled.push(
        new aws.s3.BucketObjectLockConfiguration(
          name,
          { bucket: id, rule: { defaultRetention: { mode: args.lock.mode, days: args.lock.days } } },
          afterVersioning,
        ),
      );
    }
    if (args.accessLogBucket) {
      new aws.s3.BucketLogging(
        name,
        { bucket: id, targetBucket: args.accessLogBucket, targetPrefix: `s3/${name}/` },
        child,
      );
    }
    const bucketArn = `arn:aws:s3:::${args.bucket}`;
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket: id, policy: policyDocument([...transportRules(bucketArn), ...args.statements(bucketArn)]) },
      // Last: it may deny even the creator to change the settings before it.
      { parent: this, dependsOn: settled },
    );
    // Whoever takes the bucket's name from here may count on its policy: deliveries are checked against it when they are set up.
    this.bucket = pulumi
      .all([bucket.bucket, bucket.arn, policy.id])
      .apply(([bucketName, arn]) => ({ name: bucketName, arn }));
    this.registerOutputs({ bucket: this.bucket });
  }
}

function transportRules(bucketArn: string): Statement[] {
  const everything = [bucketArn, `${bucketArn}/*`];
  return [
    denyInsecureTransport("s3:*", everything),
    {
      Sid: "DenyOldTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: everything,
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    },
  ];
}
