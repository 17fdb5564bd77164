import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "@records/components";
import { ACCOUNT_ROLES, accountPrincipal, roleArn, type StackSettings, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { archiveLifecycle } from "./archive-retention.ts";

/** Every event for as long as its retention class asks, to be played again. Bodies are sealed under their student's key. */
export class Archive extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket["bucket"];

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Archive", name, {}, opts);
    const keyArn = config.security.kmsKeyArns.events;
    const endpointId = config.network.endpointIds.apply(({ s3 }) => {
      if (s3) return s3;
      throw new Error("The network publishes no endpoint of S3, and the archive is reached through it alone. Add it.");
    });
    const store = new PrivateBucket(
      name,
      {
        bucket: config.bucketName("archive"),
        keyArn,
        lifecycle: archiveLifecycle,
        statements: (arn) => archiveStatements(config, { bucketArn: arn, keyArn, endpointId }),
        accessLogBucket: config.security.accessLogBucket.name,
        classification: "pii",
        retention: "education-record",
        sizing: config.sizing,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

type Place = Pick<StackSettings, "accountId" | "applyRole" | "roleArn">;
interface Ways {
  readonly bucketArn: string;
  readonly keyArn: pulumi.Input<string>;
  /** The only way in for roles that are ours. */
  readonly endpointId: pulumi.Input<string>;
}

export function archiveStatements(place: Place, { bucketArn, keyArn, endpointId }: Ways): Statement[] {
  const { accountId } = place;
  const objects = `${bucketArn}/*`;
  const archiver = place.roleArn("consumer-archiver");
  const backup = place.roleArn("backup");
  const replay = roleArn(accountId, ACCOUNT_ROLES.replay);
  const everybodyBut = (...arns: string[]) => ({ ArnNotLike: { "aws:PrincipalArn": arns } });
  const deny = (Sid: string, Action: string[], Condition: Statement["Condition"]): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: objects,
    Condition,
  });
  const allow = (Sid: string, role: string, Action: string): Statement => ({
    Sid,
    Effect: "Allow",
    Principal: accountPrincipal(accountId),
    Action,
    Resource: objects,
    Condition: { ArnLike: { "aws:PrincipalArn": role }, StringEquals: { "aws:SourceVpce": endpointId } },
  });
  const reads = ["s3:GetObject", "s3:GetObjectVersion"];
  return [
    deny("DenyOtherKeys", ["s3:PutObject"], {
      Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
      StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
    }),
    // Within one account a role's own policy is enough, so that nobody else does has to be said as denials.
    deny("DenyWritingToOthers", ["s3:PutObject"], everybodyBut(archiver, backup)),
    deny("DenyReadingToOthers", reads, everybodyBut(replay, backup)),
    // AWS Backup calls from its own side.
    deny("DenyOtherWays", ["s3:PutObject", ...reads], {
      ...everybodyBut(backup),
      StringNotEquals: { "aws:SourceVpce": endpointId },
    }),
    deny(
      "DenyEndingVersions",
      ["s3:DeleteObjectVersion"],
      everybodyBut(roleArn(accountId, place.applyRole("data")), roleArn(accountId, ACCOUNT_ROLES.bootstrap)),
    ),
    allow("ArchiverWrites", archiver, "s3:PutObject"),
    allow("ReplayReads", replay, "s3:GetObject"),
  ];
}
