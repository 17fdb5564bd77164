import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Classification } from "@records/conventions";
import type { Config } from "../config.ts";

export interface CertificateArgs {
  readonly domainName: string;
  readonly classification: Classification;
}

/** Certificate for one name, issued on the proof of a record in our zone, and renewed for as long as the record stays. */
export class Certificate extends pulumi.ComponentResource {
  readonly domainName: string;
  /** Known once the certificate is issued: whoever takes it from here waits for that. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, config: Config, args: CertificateArgs, opts: pulumi.ComponentResourceOptions) {
    super("srs:compute:Certificate", name, {}, opts);
    this.domainName = args.domainName;
    const certificate = new aws.acm.Certificate(
      name,
      {
        domainName: args.domainName,
        validationMethod: "DNS",
        options: { certificateTransparencyLoggingPreference: "ENABLED" },
        tags: tagsFor({ classification: args.classification, retention: "none" }),
      },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (option) return option;
      throw new Error(
        `The certificate authority asks for no proof for ${args.domainName}, so it could not be issued. Look at it in ACM.`,
      );
    });
    const record = new aws.route53.Record(
      `${name}-validation`,
      {
        zoneId: config.hostedZoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 300,
      },
      { parent: this },
    );
    const validation = new aws.acm.CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
