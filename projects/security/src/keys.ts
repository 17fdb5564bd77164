import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { keyPolicy } from "./key-policies.ts";
import { KEY_NAMES, keySpecs, type KeyPurpose, type KeySpec } from "./key-uses.ts";

/** One customer-managed key per purpose, so that access to one kind of data opens no other. */
export class Keys extends pulumi.ComponentResource {
  readonly arns: Record<KeyPurpose, pulumi.Output<string>>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Keys", name, {}, opts);
    const { sizing } = config;
    const specs = keySpecs(config);
    const create = (purpose: KeyPurpose): pulumi.Output<string> => {
      const spec = specs[purpose];
      const keyName = KEY_NAMES[purpose];
      const key = new aws.kms.Key(
        keyName,
        {
          description: spec.description,
          ...kindOf(spec),
          deletionWindowInDays: sizing.kmsDeletionWindowDays,
          multiRegion: spec.multiRegion ?? false,
          bypassPolicyLockoutSafetyCheck: false,
          policy: policyDocument(keyPolicy(config, spec.use)),
          tags: tagsFor({ classification: spec.classification, retention: "none" }),
        },
        { parent: this, protect: sizing.protect, retainOnDelete: sizing.retainOnDelete },
      );
      new aws.kms.Alias(keyName, { name: config.name(keyName, "kmsAlias"), targetKeyId: key.keyId }, { parent: this });
      return key.arn;
    };
    const purposes = Object.keys(KEY_NAMES) as KeyPurpose[];
    this.arns = Object.fromEntries(purposes.map((purpose) => [purpose, create(purpose)])) as typeof this.arns;
    this.registerOutputs({ arns: this.arns });
  }
}

/** A key that encrypts and rotates, or a key pair that signs: KMS refuses the first one's rotation to the second. */
function kindOf({ rotationDays }: KeySpec) {
  return rotationDays === null
    ? { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" }
    : {
        customerMasterKeySpec: "SYMMETRIC_DEFAULT",
        keyUsage: "ENCRYPT_DECRYPT",
        enableKeyRotation: true,
        rotationPeriodInDays: rotationDays,
      };
}
