import { readFileSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RulesArgs } from "./configuration-rules.ts";

const FOLDER = path.join(import.meta.dirname, "..", "conformance-packs");
export const PACKS = ["nist-800-53-r5", "nist-800-171-r2"] as const;

/** The text of a pack as AWS gets it: the file, whole. */
export const packTemplate = (pack: (typeof PACKS)[number]): string =>
  readFileSync(path.join(FOLDER, `${pack}.yaml`), "utf8");

/** Evidence for two published catalogues of controls. There is none for FERPA. */
export class ConformancePacks extends pulumi.ComponentResource {
  constructor(name: string, { config, after }: RulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:ConformancePacks", name, {}, opts);
    for (const pack of PACKS) {
      new aws.cfg.ConformancePack(
        pack,
        { name: config.name(pack, "config"), templateBody: packTemplate(pack) },
        { parent: this, dependsOn: [after] },
      );
    }
    this.registerOutputs({});
  }
}
