import { createHash } from "node:crypto";
import { resolve } from "node:path";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

/**
 * `awsx:ecr:Image`: one child of type `docker-build:index:Image`, as the real component makes it.
 *
 * The cloud's provider serves that type too (services/ecr), because the engine is told so by
 * `PULUMI_DEBUG_PROVIDERS=aws:<port>,docker-build:<port>`. Its contract, a part of the real one:
 *
 * inputs   context: { location }, dockerfile: { location }, both absolute; target?; platforms: string[];
 *          buildArgs?; tags: ["<repositoryUrl>:<tag>"]; push: true
 * derived  contextHash: hash of what the image is made of (`derivedInputs`): changed code under the same path is a change
 * outputs  digest: "sha256:<64 hex>"; ref: "<repositoryUrl>:<tag>@<digest>"; id. `recomputed: ["digest", "ref"]`
 *
 * Registry credentials and cache settings are left out: there is no registry to log in to.
 */
export class Image extends pulumi.ComponentResource {
  readonly imageUri: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecr:Image", name, {}, options);
    // Inside `apply` as in the real component: the child's name depends on the inputs.
    this.imageUri = pulumi.output(inputs).apply((args) => this.#build(args as ImageInputs));
    this.registerOutputs({ imageUri: this.imageUri });
  }

  #build(args: ImageInputs): pulumi.Output<string> {
    const tag = args.imageName ?? args.imageTag ?? derivedName(args);
    const context = resolve(args.context ?? ".");
    const image = new dockerBuild.Image(
      tag,
      {
        tags: [`${args.repositoryUrl}:${tag}`],
        buildArgs: args.args,
        context: { location: context },
        dockerfile: {
          location: args.dockerfile === undefined ? resolve(context, "Dockerfile") : resolve(args.dockerfile),
        },
        platforms: args.platform === undefined ? [] : [args.platform as dockerBuild.Platform],
        target: args.target,
        push: true,
      },
      { parent: this },
    );
    // By digest, so that a task definition is replaced exactly when the image has changed.
    return pulumi.interpolate`${args.repositoryUrl}@${image.digest}`;
  }
}

interface ImageInputs {
  readonly repositoryUrl: string;
  readonly imageName?: string;
  readonly imageTag?: string;
  readonly context?: string;
  readonly dockerfile?: string;
  readonly args?: Record<string, string>;
  readonly platform?: string;
  readonly target?: string;
}

/** Same form as the real component's: a hash of what to build, not of its content. */
function derivedName(args: ImageInputs): string {
  const buildArgs = Object.entries(args.args ?? {}).map(([key, value]) => `${key}=${value}`);
  const what = [args.context ?? ".", args.dockerfile ?? "", ...buildArgs, pulumi.getStack()].join(";");
  return `${createHash("sha1").update(what).digest("hex")}-container`;
}
