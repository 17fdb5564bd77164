import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UNKNOWN, type CheckFailure, type Properties, type ResourceType } from "../../resource-type.ts";
import type { Cloud } from "../../cloud.ts";
import { filesOf, type ImageFile } from "./context.ts";
import { planImage, type ImagePlan } from "./dockerfile.ts";
import { digestOf, type ImageStore } from "./image-store.ts";
import { REPOSITORY, parseImageReference } from "./reference.ts";

export const IMAGE = "docker-build:index:Image";

/** Builds by executing the runtime stage's COPY instructions, and pushes to a repository of the account. */
export function imageType(store: ImageStore): ResourceType {
  async function buildAndPush(inputs: Properties, cloud: Cloud): Promise<{ id: string; outputs: Properties }> {
    const { plan, files } = await contentOf(inputs);
    const image = await store.build(files, plan.config, plan.base);
    const tags = (inputs.tags as string[]).map(parseImageReference);
    for (const { repository, tag } of tags) {
      const record = cloud.account.byId(REPOSITORY, repository);
      if (record === undefined) throw new Error(noRepository(repository));
      store.push(repository, image, tag === undefined ? [] : [tag], record.inputs.imageTagMutability === "IMMUTABLE");
    }
    return {
      id: image.digest,
      outputs: { digest: image.digest, ref: `${inputs.tags[0]}@${image.digest}`, contextHash: inputs.contextHash },
    };
  }

  return {
    token: IMAGE,
    replaceOnChanges: [],
    computed: ["digest", "ref", "contextHash"],
    recomputed: ["digest", "ref"],
    derivedInputs: async (inputs) => {
      if (isUnknown(inputs.context?.location) || isUnknown(inputs.dockerfile?.location) || isUnknown(inputs.target)) {
        return { contextHash: UNKNOWN };
      }
      const { plan, files } = await contentOf(inputs);
      const hash = createHash("sha256").update(digestOf(files, plan.config, plan.base));
      return { contextHash: hash.digest("hex") };
    },
    check: (inputs) => checkImage(inputs),
    create: (inputs, cloud) => buildAndPush(inputs, cloud),
    update: async (_record, inputs, cloud) => (await buildAndPush(inputs, cloud)).outputs,
    // An image whose folder is gone is built again by the next update.
    read: async (record) => {
      const reference = parseImageReference(String(record.outputs.ref));
      return (await store.find(reference.repository, reference)) === undefined ? undefined : record.outputs;
    },
    // Nothing to delete: like the real provider, images stay in their repository until that is deleted.
  };
}

async function contentOf(inputs: Properties): Promise<{ plan: ImagePlan; files: readonly ImageFile[] }> {
  const plan = planImage(await readFile(inputs.dockerfile.location, "utf8"), inputs.target);
  return { plan, files: await filesOf(plan.copies, inputs.context.location) };
}

function checkImage(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (inputs.dockerfile?.location === undefined) {
    failures.push({
      property: "dockerfile",
      reason: "the path of a Dockerfile is needed; inline Dockerfiles are not built here",
    });
  }
  if (inputs.context?.location === undefined)
    failures.push({ property: "context", reason: "the path of a folder is needed" });
  if (Object.keys(inputs.buildArgs ?? {}).length > 0) {
    failures.push({
      property: "buildArgs",
      reason: "build arguments are not used by the local build; write the values",
    });
  }
  if (inputs.push !== true && !isUnknown(inputs.push)) {
    failures.push({ property: "push", reason: "an image that is not pushed cannot be run; set push: true" });
  }
  const tags: unknown[] = Array.isArray(inputs.tags) ? inputs.tags : [];
  if (!isUnknown(inputs.tags) && tags.length === 0) {
    failures.push({ property: "tags", reason: "a tag names the repository that the image is pushed to; give one" });
  }
  return failures;
}

export const noRepository = (name: string): string =>
  `RepositoryNotFoundException: The repository with name '${name}' does not exist in the registry with id '000000000000'.`;

const isUnknown = (value: unknown): boolean => value === UNKNOWN;
