/**
 * The event that CloudTrail makes of a management call. Only of KMS, and of the settings of S3's buckets: these are
 * calls a person makes at a prompt here, and nothing in them is secret.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
import { randomUUID } from "node:crypto";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { AnsweredCall } from "../../cloud.ts";
import { OWN_CALLS } from "../../sdk.ts";
import type { EventFacts } from "./event.ts";

export const API_CALL = "AWS API Call via CloudTrail";

/** Use of a key, many times a second, of which no rule is asked. */
const USE_OF_KEYS =
  /^(Encrypt|Decrypt|ReEncrypt|GenerateDataKey\w*|GenerateMac|VerifyMac|GenerateRandom|Sign|Verify|DeriveSharedSecret)$/;

/** A bucket's settings by the part of it that a call names, and what CloudTrail calls them. */
const BUCKET_SETTINGS: Readonly<Record<string, string>> = {
  "": "Bucket",
  encryption: "BucketEncryption",
  lifecycle: "BucketLifecycle",
  logging: "BucketLogging",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "BucketReplication",
  versioning: "BucketVersioning",
};

/** Undefined for every other call, decided from its name alone, and for those of the cloud itself. */
export function eventOfCall(call: AnsweredCall, at: Date): EventFacts | undefined {
  const userAgent = call.headers["user-agent"] ?? "";
  if (userAgent.includes(OWN_CALLS)) return undefined;
  const named = call.service === "kms" ? keyCall(call) : call.service === "s3" ? bucketCall(call) : undefined;
  if (named === undefined) return undefined;
  const detail = {
    ...{ eventVersion: "1.11", userIdentity: identityOf(call.principalArn), eventTime: at.toISOString() },
    ...{ eventSource: `${call.service}.amazonaws.com`, eventName: named.eventName, awsRegion: REGION },
    ...{ sourceIPAddress: "127.0.0.1", userAgent },
    ...{ requestParameters: named.requestParameters, responseElements: null, requestID: randomUUID() },
    ...{ eventID: randomUUID(), readOnly: /^(Describe|Get|List)/.test(named.eventName), eventType: "AwsApiCall" },
    ...{ managementEvent: true, recipientAccountId: ACCOUNT_ID, eventCategory: "Management" },
  };
  return { source: `aws.${call.service}`, detailType: API_CALL, detail, at };
}

interface NamedCall {
  readonly eventName: string;
  readonly requestParameters: object;
}

function keyCall({ action, body }: AnsweredCall): NamedCall | undefined {
  if (USE_OF_KEYS.test(action) || body === undefined) return undefined;
  const input = JSON.parse(body.toString() || "{}") as Record<string, unknown>;
  const requestParameters = Object.entries(input).map(([name, value]) => [
    `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    value,
  ]);
  return { eventName: action, requestParameters: Object.fromEntries(requestParameters) as object };
}

/** Of calls that change a bucket: objects are data, and not what this is about. */
function bucketCall({ method, path }: AnsweredCall): NamedCall | undefined {
  const [, bucketName, setting = ""] = /^\/([^/?]+)\/?(?:\?([\w-]*)(?:=?&.*|=)?)?$/.exec(path) ?? [];
  const subject = BUCKET_SETTINGS[setting.startsWith("x-id") ? "" : setting];
  if (bucketName === undefined || subject === undefined) return undefined;
  if (method === "DELETE") return { eventName: `Delete${subject}`, requestParameters: { bucketName } };
  if (method !== "PUT") return undefined;
  return { eventName: setting === "" ? "CreateBucket" : `Put${subject}`, requestParameters: { bucketName } };
}

function identityOf(principalArn: string): object {
  const [, kind, name = ""] = /:(role|user)\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  const common = { accountId: ACCOUNT_ID, principalId: name };
  if (kind !== "role") return { type: "IAMUser", ...common, arn: principalArn, userName: name };
  const sessionIssuer = { type: "Role", ...common, arn: principalArn, userName: name };
  const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/local-cloud`;
  return { type: "AssumedRole", ...common, arn, sessionContext: { sessionIssuer } };
}
