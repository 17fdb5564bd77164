import { ACCOUNT_ID, REGION } from "../../cloud.ts";

export const REPOSITORY = "aws:ecr/repository:Repository";
export const REGISTRY_HOST = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;

export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** `<registry>/<repository>[:<tag>][@sha256:<64 hex>]`; only the account's own registry exists here. */
export function parseImageReference(reference: string): ImageReference {
  const match = /^([^/]+)\/([a-z0-9._/-]+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(reference);
  if (match === null)
    throw new Error(`"${reference}" is not an image reference of the form registry/repository:tag@digest.`);
  const [, registry, repository = "", tag, digest] = match;
  if (registry !== REGISTRY_HOST) {
    throw new Error(
      `"${reference}" is in the registry ${registry}; the local cloud has only ${REGISTRY_HOST}. Push the image there.`,
    );
  }
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}
