import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";

/** Certificate of the load balancer. The name exists for TLS and the listener's rule only: no record points anywhere. */
export class InternalCertificate extends pulumi.ComponentResource {
  readonly domainName: string;
  /** Known once the certificate is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, config: Config, opts: pulumi.ComponentResourceOptions) {
    super("srs:compute:InternalCertificate", name, {}, opts);
    this.domainName = `api-internal.${config.domain}`;
    const certificate = new aws.acm.Certificate(
      "api-internal",
      {
        domainName: this.domainName,
        validationMethod: "DNS",
        options: { certificateTransparencyLoggingPreference: "ENABLED" },
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (option) return option;
      throw new Error(
        `The certificate authority asks for no proof for ${this.domainName}, so it could not be issued. Look at it in ACM.`,
      );
    });
    const record = new aws.route53.Record(
      "api-internal-validation",
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
      "api-internal",
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
