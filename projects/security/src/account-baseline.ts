import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "@records/components";
import type { Config } from "../config.ts";
import { AccountGuardRails } from "./account.ts";
import { Analyzers } from "./analyzers.ts";
import { ConfigurationRecorder } from "./configuration-recorder.ts";
import { ConfigurationRules } from "./configuration-rules.ts";
import { ConformancePacks } from "./conformance-packs.ts";
import { Detection } from "./detection.ts";
import { Posture } from "./posture.ts";
import { Scanning } from "./scanning.ts";

export interface AccountBaselineArgs {
  config: Config;
  keyArn: pulumi.Input<string>;
  auditBucket: PrivateBucket["bucket"];
  historyBucket: PrivateBucket["bucket"];
}

/** What watches and guards the account as a whole. A stack that shares an account with another one makes none of it. */
export class AccountBaseline extends pulumi.ComponentResource {
  constructor(name: string, args: AccountBaselineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:AccountBaseline", name, {}, opts);
    if (args.config.accountBaseline) this.create(args);
    this.registerOutputs({});
  }

  private create({ config, keyArn, auditBucket, historyBucket }: AccountBaselineArgs): void {
    const child = { parent: this };
    new AccountGuardRails("account", config, child);
    new Detection("detection", { config, bucket: auditBucket, keyArn }, child);
    const recorder = new ConfigurationRecorder("recorder", { config, bucket: historyBucket, keyArn }, child);
    const afterRecorder = { config, after: recorder.status };
    new ConfigurationRules("rules", afterRecorder, child);
    new ConformancePacks("conformance", afterRecorder, child);
    new Posture("posture", config, child);
    new Analyzers("analyzers", config, child);
    new Scanning("scanning", config, child);
  }
}
