/**
 * Buckets and objects, in the path or in the host's name. One request may take several permissions: a copy reads, an
 * upload with a lock sets it.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { ContextValue } from "@records/iam";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { AccountView } from "../account-view.ts";
import { throughService } from "../keys.ts";
import { given, type Call, type CallReader, type Use } from "../request.ts";

interface Place {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
}

export const s3: CallReader = (call, account) => {
  const { bucket, key } = placeOf(call);
  const query = new URLSearchParams(call.query);
  const context = contextOf(call, query);
  const act = (operation: string, on: Place = { bucket, key }): Use => ({
    action: `s3:${operation}`,
    resource: `arn:aws:s3:::${on.bucket}${on.key === "" ? "" : `/${on.key}`}`,
    context,
  });
  if (bucket === "") return call.method === "GET" ? [{ ...act("ListAllMyBuckets"), resource: "*" }] : undefined;
  if (key === "") {
    const operation = bucketOperation(call.method, query);
    return operation === undefined ? undefined : [act(operation)];
  }
  const operations = objectOperations(call, query);
  if (operations === undefined) return undefined;
  const source = sourceOf(call);
  return [
    ...operations.map((operation) => act(operation)),
    ...(source === undefined ? [] : [act("GetObject", source), ...keyUses(account, source, ["Decrypt"], {})]),
    ...keyUses(account, { bucket, key }, keyActions(operations, query), call.headers),
  ];
};

function placeOf({ path, headers }: Call): Place {
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  const inHost = /^(.+)\.(?:s3[.-][a-z0-9.-]*amazonaws\.com|localhost)$/.exec(host)?.[1];
  const [first = "", ...rest] = decodeURIComponent(path.slice(1)).split("/");
  return inHost === undefined
    ? { bucket: first, key: rest.join("/") }
    : { bucket: inHost, key: [first, ...rest].join("/") };
}

const BUCKET_READS: Readonly<Record<string, string>> = {
  encryption: "GetEncryptionConfiguration",
  lifecycle: "GetLifecycleConfiguration",
  location: "GetBucketLocation",
  "object-lock": "GetBucketObjectLockConfiguration",
  policy: "GetBucketPolicy",
  tagging: "GetBucketTagging",
  uploads: "ListBucketMultipartUploads",
  versioning: "GetBucketVersioning",
  versions: "ListBucketVersions",
};

/** Settings are changed by the engine alone, so that only what reads a bucket has a row. */
function bucketOperation(method: string, query: URLSearchParams): string | undefined {
  if (method === "HEAD") return "ListBucket";
  if (method !== "GET") return undefined;
  const about = Object.keys(BUCKET_READS).find((name) => query.has(name));
  return about === undefined ? "ListBucket" : BUCKET_READS[about];
}

function objectOperations({ method, headers }: Call, query: URLSearchParams): readonly string[] | undefined {
  const version = query.has("versionId") ? "Version" : "";
  const part = ["tagging", "retention", "legal-hold", "acl", "attributes"].find((name) => query.has(name));
  switch (method) {
    case "HEAD":
      return [`GetObject${version}`];
    case "GET":
      if (query.has("uploadId")) return ["ListMultipartUploadParts"];
      return [part === undefined ? `GetObject${version}` : partOperation("Get", part, version)];
    case "PUT":
      if (part !== undefined) return [partOperation("Put", part, version)];
      return ["PutObject", ...withHeaders(headers)];
    case "POST":
      return query.has("uploads") || query.has("uploadId") ? ["PutObject", ...withHeaders(headers)] : undefined;
    case "DELETE":
      if (query.has("uploadId")) return ["AbortMultipartUpload"];
      return [part === "tagging" ? `DeleteObject${version}Tagging` : `DeleteObject${version}`];
    default:
      return undefined;
  }
}

function partOperation(verb: "Get" | "Put", part: string, version: string): string {
  switch (part) {
    case "retention":
      return `${verb}ObjectRetention`;
    case "legal-hold":
      return `${verb}ObjectLegalHold`;
    case "acl":
      return `${verb}Object${version}Acl`;
    case "tagging":
      return `${verb}Object${version}Tagging`;
    default:
      return `GetObject${version}Attributes`;
  }
}

/** What an upload asks for beside its content. */
function withHeaders(headers: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...(headers["x-amz-acl"] === undefined ? [] : ["PutObjectAcl"]),
    ...(headers["x-amz-tagging"] === undefined ? [] : ["PutObjectTagging"]),
    ...(headers["x-amz-object-lock-mode"] === undefined ? [] : ["PutObjectRetention"]),
    ...(headers["x-amz-object-lock-legal-hold"] === undefined ? [] : ["PutObjectLegalHold"]),
  ];
}

function sourceOf({ headers }: Call): Place | undefined {
  const source = headers["x-amz-copy-source"];
  if (source === undefined) return undefined;
  const [bucket = "", ...key] = decodeURIComponent(source.split("?")[0] ?? "")
    .replace(/^\//, "")
    .split("/");
  return { bucket, key: key.join("/") };
}

/** Headers and parameters that a bucket's policy may ask about. */
const HEADER_KEYS = [
  "x-amz-acl",
  "x-amz-content-sha256",
  "x-amz-copy-source",
  "x-amz-metadata-directive",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-storage-class",
  "x-amz-website-redirect-location",
  "if-match",
  "if-none-match",
];
const QUERY_KEYS = { prefix: "prefix", delimiter: "delimiter", "max-keys": "max-keys", versionId: "versionid" };

function contextOf({ headers, query: text }: Call, query: URLSearchParams): Record<string, ContextValue> {
  return {
    "s3:ResourceAccount": ACCOUNT_ID,
    "s3:TlsVersion": "1.3",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
    "s3:authType": text.includes("X-Amz-Signature=") ? "REST-QUERY-STRING" : "REST-HEADER",
    ...Object.assign({}, ...HEADER_KEYS.map((name) => given(`s3:${name}`, headers[name]))),
    ...given("s3:object-lock-mode", headers["x-amz-object-lock-mode"]),
    ...given("s3:object-lock-retain-until-date", headers["x-amz-object-lock-retain-until-date"]),
    ...given("s3:object-lock-legal-hold", headers["x-amz-object-lock-legal-hold"]),
    ...Object.assign({}, ...Object.entries(QUERY_KEYS).map(([name, key]) => given(`s3:${key}`, query.get(name)))),
  };
}

type KeyAction = "Decrypt" | "GenerateDataKey";

/** Parts of an upload are put together by decrypting them. */
function keyActions(operations: readonly string[], query: URLSearchParams): readonly KeyAction[] {
  if (operations.includes("PutObject"))
    return query.has("uploads") || query.has("uploadId") ? ["GenerateDataKey", "Decrypt"] : ["GenerateDataKey"];
  return operations.some((operation) => /^GetObject(Version)?$/.test(operation)) ? ["Decrypt"] : [];
}

interface DefaultEncryption {
  readonly applyServerSideEncryptionByDefault?: { readonly sseAlgorithm?: string; readonly kmsMasterKeyId?: string };
  readonly bucketKeyEnabled?: boolean;
}

/** What is in a bucket counts as encrypted under the bucket's key: what an object was put with is not looked up. */
function keyUses(
  account: AccountView,
  { bucket, key }: Place,
  actions: readonly KeyAction[],
  headers: Readonly<Record<string, string>>,
): readonly Use[] {
  const asked = headers["x-amz-server-side-encryption"];
  if (asked === "AES256") return [];
  const setting = account
    .ofType("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
    .find(({ inputs }) => inputs.bucket === bucket);
  const [standard] = (setting?.inputs.rules ?? []) as readonly DefaultEncryption[];
  const keyId =
    headers["x-amz-server-side-encryption-aws-kms-key-id"] ??
    standard?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
  const wholeBucket =
    headers["x-amz-server-side-encryption-bucket-key-enabled"] ?? String(standard?.bucketKeyEnabled ?? false);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const context = { "aws:s3:arn": wholeBucket === "true" ? bucketArn : `${bucketArn}/${key}` };
  return throughService(account, "s3", keyId, actions, context);
}
