import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "@records/components";
import { ACCOUNT_ROLES, accountPrincipal, roleArn, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";

const KEPT_DAYS = 90;

/**
 * Access logs of buckets and of the load balancer.
 * Under S3's own keys: load-balancer log delivery cannot write under ours (an accepted exception; logs hold opaque ids only).
 */
export class AccessLogStore extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket["bucket"];

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:AccessLogStore", name, {}, opts);
    const store = new PrivateBucket(
      name,
      {
        bucket: config.bucketName("access-logs"),
        lifecycle: [
          {
            id: "end",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: KEPT_DAYS },
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
        statements: (arn) => deliveries(config, arn),
        classification: "internal",
        retention: "operational-400d",
        sizing: config.sizing,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

function deliveries({ accountId, suffix }: Config, bucketArn: string): Statement[] {
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const delivery = (sid: string, service: string, path: string, condition: Statement["Condition"]): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/${path}`,
    Condition: condition,
  });
  return [
    delivery("LoadBalancerDelivers", "logdelivery.elasticloadbalancing.amazonaws.com", "*", ofThisAccount),
    delivery("S3Delivers", "logging.s3.amazonaws.com", "s3/*", {
      ...ofThisAccount,
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::srs-${suffix}-*` },
    }),
    {
      Sid: "AuditorReads",
      Effect: "Allow",
      Principal: accountPrincipal(accountId),
      Action: "s3:GetObject",
      Resource: `${bucketArn}/*`,
      Condition: { ArnLike: { "aws:PrincipalArn": roleArn(accountId, ACCOUNT_ROLES.auditor) } },
    },
  ];
}
