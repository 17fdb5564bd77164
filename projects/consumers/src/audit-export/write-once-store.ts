import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

export interface WriteOnceStore {
  /** Resolves when the key holds the body: written now, or by a run before. What is there is never written over. */
  put(key: string, body: string | Buffer, contentType: string): Promise<void>;
}

/** The audit bucket: encrypted with its key, named in each call because the caller's role demands it. */
export function auditBucket(s3: S3Client, bucket: string, keyArn: string): WriteOnceStore {
  return {
    put: async (Key, Body, ContentType) => {
      const command = new PutObjectCommand({
        ...{ Bucket: bucket, Key, Body, ContentType },
        ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn, BucketKeyEnabled: true },
        IfNoneMatch: "*",
      });
      try {
        await s3.send(command);
      } catch (error) {
        if ((error as Error).name !== "PreconditionFailed") throw error;
      }
    },
  };
}
