import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";

/**
 * The account's own lock on every internet gateway: nobody comes in, whatever routes and groups say; what goes out
 * through NAT still does. One per account and Region, so only the account's long-lived environment sets it.
 */
export class PublicAccess extends pulumi.ComponentResource {
  constructor(name: string, { accountBaseline, sizing }: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:PublicAccess", name, {}, opts);
    if (accountBaseline && sizing.blockPublicIngress) {
      new aws.ec2.VpcBlockPublicAccessOptions(
        "block-ingress",
        { internetGatewayBlockMode: "block-ingress" },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
