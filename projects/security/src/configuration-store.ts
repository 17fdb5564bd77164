import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "@records/components";
import type { Config } from "../config.ts";
import { serviceWrites } from "./deliveries.ts";
import { auditLifecycle } from "./retention.ts";

export interface ConfigurationStoreArgs {
  config: Config;
  keyArn: pulumi.Input<string>;
  accessLogBucket: PrivateBucket["bucket"];
}

/** History of what was set how in the account. Apart from the audit store: the recorder refuses a locked bucket. */
export class ConfigurationStore extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket["bucket"];

  constructor(name: string, args: ConfigurationStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:ConfigurationStore", name, {}, opts);
    const { config } = args;
    const { accountId } = config;
    const store = new PrivateBucket(
      name,
      {
        bucket: config.bucketName("configuration"),
        keyArn: args.keyArn,
        lifecycle: auditLifecycle,
        statements: (bucketArn) =>
          serviceWrites("Recorder", "config.amazonaws.com", {
            bucketArn,
            accountId,
            path: `AWSLogs/${accountId}/Config/*`,
            looks: ["s3:GetBucketAcl", "s3:ListBucket"],
          }),
        accessLogBucket: args.accessLogBucket.name,
        classification: "audit",
        retention: "audit-7y",
        sizing: config.sizing,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}
