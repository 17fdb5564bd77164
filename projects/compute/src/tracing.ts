import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Gateway } from "./gateway.ts";
import { STAGE } from "./names.ts";

/** By the lower number first: what concerns privacy is traced whole, of the rest one in twenty and one a second. */
const RULES = [
  { purpose: "privacy", priority: 100, urlPath: `/${STAGE}/privacy/*`, reservoirSize: 1, fixedRate: 1 },
  { purpose: "requests", priority: 1_000, urlPath: "*", reservoirSize: 1, fixedRate: 0.05 },
] as const;

/** Which requests are traced, and under which key traces are kept. A trace has ids of requests and never one of a student. */
export class Tracing extends pulumi.ComponentResource {
  constructor(name: string, config: Config, args: { gateway: Gateway }) {
    super("srs:compute:Tracing", name);
    const { settings, security } = config;
    for (const { purpose, ...rule } of RULES)
      new aws.xray.SamplingRule(
        purpose,
        {
          ruleName: settings.name(purpose, "samplingRule"),
          ...rule,
          version: 1,
          host: "*",
          httpMethod: "*",
          // The gateway decides for a request and all that it sets off; it calls itself by API and stage.
          serviceName: `${settings.name("records", "apiGateway")}/${STAGE}`,
          serviceType: "AWS::ApiGateway::Stage",
          resourceArn: args.gateway.stageArn,
          tags: tagsFor({ classification: "internal", retention: "none" }),
        },
        { parent: this },
      );
    // One setting of the account, for all traces in it.
    if (settings.accountBaseline)
      new aws.xray.EncryptionConfig("traces", { type: "KMS", keyId: security.kmsKeyArns.compute }, { parent: this });
    this.registerOutputs({});
  }
}
