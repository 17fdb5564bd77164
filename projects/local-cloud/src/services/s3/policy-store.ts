import { join } from "node:path";
import type { ApiRequest, ApiResponse, Cloud } from "../../cloud.ts";
import { faultResponse } from "../../aws-api/errors.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";

/**
 * Bucket policies, kept here and not in moto: moto weighs their Deny statements without their conditions, so that a
 * bucket which asks for TLS would refuse everyone.
 */
export class PolicyStore {
  readonly #file: string;
  readonly #policies: Map<string, string>;

  constructor(cloud: Cloud) {
    this.#file = join(cloud.home, "bucket-policies.json");
    this.#policies = new Map(Object.entries(readJson<Record<string, string>>(this.#file) ?? {}));
  }

  get(bucket: string): string | undefined {
    return this.#policies.get(bucket);
  }

  set(bucket: string, policy: string): void {
    this.#policies.set(bucket, policy);
    this.#save();
  }

  delete(bucket: string): void {
    if (this.#policies.delete(bucket)) this.#save();
  }

  /** `GET`, `PUT` and `DELETE` of `/<bucket>?policy`. */
  static concerns({ path }: { path: string }): boolean {
    return /^\/[^/?]+\/?\?(?:[^#]*&)?policy(?:=|&|$)/.test(path);
  }

  answer({ method, path, body }: ApiRequest): ApiResponse {
    const bucket = /^\/([^/?]+)/.exec(path)?.[1] ?? "";
    if (method === "PUT") {
      this.set(bucket, body.toString());
      return { status: 204, body: "" };
    }
    if (method === "DELETE") {
      this.delete(bucket);
      return { status: 204, body: "" };
    }
    const policy = this.get(bucket);
    if (policy !== undefined) return { status: 200, headers: { "content-type": "application/json" }, body: policy };
    const message = "The bucket policy does not exist";
    return faultResponse("s3", { code: "NoSuchBucketPolicy", message, status: 404 });
  }

  #save(): void {
    writeJson(this.#file, Object.fromEntries(this.#policies));
  }
}
