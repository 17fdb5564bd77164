/**
 * The component plugin `awsx` of the local cloud: started by the engine when a program makes an awsx component.
 * Its children are ordinary resources, which the engine takes to the cloud's provider.
 */
import { createRequire, flushCompileCache } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { Image } from "./image.ts";
import { Repository } from "./repository.ts";
import { Vpc } from "./vpc.ts";

// An engine that is killed cannot end its plugins; whoever is left without a parent ends by itself.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, 2_000).unref();

const provider: pulumi.provider.Provider = {
  version: (createRequire(import.meta.url)("@pulumi/awsx/package.json") as { version: string }).version,

  async construct(name, type, inputs, options) {
    switch (type) {
      case "awsx:ec2:Vpc":
        return Vpc.construct(name, inputs, options);
      case "awsx:ecr:Repository": {
        const { urn, url, repository, lifecyclePolicy } = new Repository(name, inputs, options);
        return { urn, state: { url, repository, lifecyclePolicy } };
      }
      case "awsx:ecr:Image": {
        const { urn, imageUri } = new Image(name, inputs, options);
        return { urn, state: { imageUri } };
      }
      default:
        throw new Error(
          `The local cloud does not know the component ${type}. It serves awsx:ec2:Vpc, awsx:ecr:Repository and ` +
            `awsx:ecr:Image; add it to projects/local-cloud/src/awsx/main.ts.`,
        );
    }
  },
};

await pulumi.provider.main(provider, process.argv.slice(2));
// The engine ends plugins by a signal, and Node would write its cache of compiled code only at an orderly end.
flushCompileCache();
