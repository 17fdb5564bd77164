import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { keyPolicy } from "./key-policies.ts";
import { KEY_PURPOSES, keySpecs, type KeyPurpose } from "./key-uses.ts";

/** One customer-managed key per purpose, so that access to one kind of data opens no other. */
export class Keys extends pulumi.ComponentResource {
  readonly arns: Record<KeyPurpose, pulumi.Output<string>>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Keys", name, {}, opts);
    const { sizing } = config;
    const specs = keySpecs(config);
    const create = (purpose: KeyPurpose): pulumi.Output<string> => {
      const spec = specs[purpose];
      const key = new aws.kms.Key(
        purpose,
        {
          description: spec.description,
          customerMasterKeySpec: "SYMMETRIC_DEFAULT",
          keyUsage: "ENCRYPT_DECRYPT",
          enableKeyRotation: true,
          rotationPeriodInDays: spec.rotationDays,
          deletionWindowInDays: sizing.kmsDeletionWindowDays,
          multiRegion: false,
          bypassPolicyLockoutSafetyCheck: false,
          policy: policyDocument(keyPolicy(config, spec.use)),
          tags: tagsFor({ classification: spec.classification, retention: "none" }),
        },
        { parent: this, protect: sizing.protect, retainOnDelete: sizing.retainOnDelete },
      );
      new aws.kms.Alias(purpose, { name: config.name(purpose, "kmsAlias"), targetKeyId: key.keyId }, { parent: this });
      return key.arn;
    };
    this.arns = Object.fromEntries(KEY_PURPOSES.map((purpose) => [purpose, create(purpose)])) as typeof this.arns;
    this.registerOutputs({ arns: this.arns });
  }
}
