import type { S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { unlessMissing } from "../../sdk.ts";
import { MISSING } from "./bucket.ts";
import { s3Of } from "./client.ts";

export interface BucketSettingSpec {
  readonly token: string;
  /** The input that holds the setting, or several. */
  readonly properties: readonly string[];
  readonly check?: ResourceType["check"];
  /** What S3 refuses by looking at the bucket's other settings. */
  readonly conflict?: (inputs: Properties, cloud: Cloud) => string | undefined;
  /** The setting as the S3 API has it. */
  readonly toApi: (inputs: Properties) => object;
  readonly put: (s3: S3Client, bucket: string, setting: object) => Promise<unknown>;
  readonly get: (s3: S3Client, bucket: string) => Promise<object | undefined>;
  /** Error codes with which S3 says that the setting is not there. */
  readonly absent: readonly string[];
  readonly remove: (s3: S3Client, bucket: string) => Promise<unknown>;
}

/** A resource type that is one setting of a bucket, under the bucket's name. */
export function bucketSetting(spec: BucketSettingSpec): ResourceType {
  const put = async (cloud: Cloud, bucket: string, inputs: Properties) => {
    const refusal = spec.conflict?.(inputs, cloud);
    if (refusal !== undefined) throw new Error(refusal);
    await spec.put(s3Of(cloud), bucket, spec.toApi(inputs));
  };
  return {
    token: spec.token,
    replaceOnChanges: ["bucket"],
    computed: [],
    uniqueBy: ["bucket"],
    check: spec.check,
    create: async (inputs, cloud) => {
      await put(cloud, inputs.bucket as string, inputs);
      return { id: inputs.bucket as string, outputs: {} };
    },
    read: async ({ id, inputs }, cloud) => {
      const current = await unlessMissing(spec.get(s3Of(cloud), id), ...MISSING, ...spec.absent);
      if (current === undefined) return undefined;
      if (covers(current, spec.toApi(inputs))) return {};
      // The API's spelling is near enough to say what is different; the next update puts the program's back.
      return Object.fromEntries(spec.properties.map((property) => [property, spelledAsInput(current)]));
    },
    update: async ({ id }, inputs, cloud) => {
      await put(cloud, id, inputs);
      return {};
    },
    delete: async ({ id }, cloud) => {
      await unlessMissing(spec.remove(s3Of(cloud), id), ...MISSING, ...spec.absent);
    },
  };
}

/** Whether `actual` says all that `wanted` says; S3 may add what it decides itself. */
export function covers(actual: unknown, wanted: unknown): boolean {
  if (wanted === undefined || wanted === null) return true;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) && actual.length === wanted.length && wanted.every((item, i) => covers(actual[i], item))
    );
  }
  if (typeof wanted === "object") {
    const members = actual as Record<string, unknown> | undefined;
    return Object.entries(wanted).every(([name, value]) => covers(members?.[name], value));
  }
  return actual === wanted;
}

function spelledAsInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelledAsInput);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "$metadata")
      .map(([name, member]) => [name.charAt(0).toLowerCase() + name.slice(1), spelledAsInput(member)]),
  );
}
