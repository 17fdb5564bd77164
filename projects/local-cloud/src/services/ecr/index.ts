import { join } from "node:path";
import type { Cloud, Service } from "../../cloud.ts";
import { ImageStore, type StoredImage } from "./image-store.ts";
import { parseImageReference } from "./reference.ts";
import { ecrResources } from "./resources.ts";

export type { StoredImage } from "./image-store.ts";

export interface EcrService extends Service {
  /** @throws what ECS reports when it cannot pull */
  pull(reference: string): Promise<StoredImage>;
}

export function ecrService(cloud: Cloud): EcrService {
  const store = new ImageStore(join(cloud.home, "images"));
  return {
    name: "ecr",
    resources: ecrResources(store),
    start: () => store.load(),
    pull: async (reference) => {
      const wanted = parseImageReference(reference);
      const image = await store.find(wanted.repository, wanted);
      if (image !== undefined) return image;
      throw new Error(
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: not found. ` +
          "Build and push the image (awsx.ecr.Image) before the task that runs it.",
      );
    },
  };
}
