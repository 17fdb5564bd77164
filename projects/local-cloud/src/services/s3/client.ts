import { S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud.ts";
import { clientOf } from "../../sdk.ts";

/** Path-style: a bucket's own host name does not resolve on this machine. */
class PathStyleS3Client extends S3Client {
  constructor(config: Cloud["sdk"]) {
    super({ ...config, forcePathStyle: true });
  }
}

export function s3Of(cloud: Cloud): S3Client {
  return clientOf(cloud, PathStyleS3Client);
}
