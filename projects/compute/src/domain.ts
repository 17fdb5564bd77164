import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { Certificate } from "./certificate.ts";
import { GATEWAY_TLS, STAGE } from "./names.ts";

export interface PublicDomainArgs {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
}

/** The name that callers use: `https://api.<domain>/v1`. It outlives the API behind it. */
export class PublicDomain extends pulumi.ComponentResource {
  readonly domainName: pulumi.Output<string>;
  readonly certificateArn: pulumi.Output<string>;
  /** Without a trailing slash; known once the domain answers. */
  readonly baseUrl: pulumi.Output<string>;

  constructor(name: string, config: Config, args: PublicDomainArgs, opts: pulumi.ComponentResourceOptions) {
    super("srs:compute:PublicDomain", name, {}, opts);
    const { sizing } = config.settings;
    const certificate = new Certificate(
      "api",
      config,
      { domainName: `api.${config.domain}`, classification: "public" },
      { parent: this },
    );
    const domain = new aws.apigateway.DomainName(
      "api",
      {
        domainName: certificate.domainName,
        regionalCertificateArn: certificate.arn,
        endpointConfiguration: { types: "REGIONAL", ipAddressType: "ipv4" },
        ...GATEWAY_TLS,
        routingMode: "BASE_PATH_MAPPING_ONLY",
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      // Another one of the same name has another address at API Gateway, and callers hold on to the old one's for a while.
      { parent: this, protect: sizing.protect, retainOnDelete: sizing.retainOnDelete },
    );
    const mapping = new aws.apigateway.BasePathMapping(
      "api",
      { domainName: domain.domainName, restApi: args.api.id, stageName: args.stage.stageName, basePath: STAGE },
      { parent: this },
    );
    new aws.route53.Record(
      "api",
      {
        zoneId: config.hostedZoneId,
        name: certificate.domainName,
        type: "A",
        aliases: [{ name: domain.regionalDomainName, zoneId: domain.regionalZoneId, evaluateTargetHealth: false }],
      },
      { parent: this },
    );
    this.domainName = domain.domainName;
    this.certificateArn = certificate.arn;
    this.baseUrl = pulumi.interpolate`https://${mapping.domainName}/${STAGE}`;
    this.registerOutputs({ domainName: this.domainName, baseUrl: this.baseUrl });
  }
}
