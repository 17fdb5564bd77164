import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";

/** Switches of the account: what nobody can share with the public, and what is encrypted whoever makes it. */
export class AccountGuardRails extends pulumi.ComponentResource {
  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:AccountGuardRails", name, {}, opts);
    const child = { parent: this };
    new aws.s3.AccountPublicAccessBlock(
      name,
      {
        accountId: config.accountId,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.ebs.EncryptionByDefault(name, { enabled: true }, child);
    new aws.ebs.SnapshotBlockPublicAccess(name, { state: "block-all-sharing" }, child);
    new aws.ec2.ImageBlockPublicAccess(name, { state: "block-new-sharing" }, child);
    // People come through single sign-on; this is for the users that nobody should make. Length and reuse as CIS wants
    // them (IAM.15, IAM.16), the rest as FSBP does (IAM.7).
    new aws.iam.AccountPasswordPolicy(
      name,
      {
        minimumPasswordLength: 14,
        requireLowercaseCharacters: true,
        requireUppercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        maxPasswordAge: 90,
        passwordReusePrevention: 24,
        allowUsersToChangePassword: true,
        hardExpiry: false,
      },
      child,
    );
    this.registerOutputs({});
  }
}
