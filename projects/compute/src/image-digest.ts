import type { Sizing } from "@records/conventions";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Parses the config key `imageDigest`: an image that was built and tested before is deployed as it is.
 *
 * @param image  where the environment's images come from
 * @throws when the environment gets only promoted images and none is named, or what is named is no digest
 */
export function parseImageDigest(digest: string | undefined, image: Sizing["image"]): string | undefined {
  if (digest === undefined && image === "promoted")
    throw new Error(
      "The config key imageDigest is not set, and this environment runs only images that were built once and tested " +
        "before. Set it to the digest that the environment before runs (make outputs LAYER=compute, service.imageDigest).",
    );
  if (digest !== undefined && !DIGEST.test(digest))
    throw new Error(
      `The config key imageDigest is "${digest}"; a digest is sha256: and 64 hexadecimal digits. A tag could be another image tomorrow.`,
    );
  return digest;
}
