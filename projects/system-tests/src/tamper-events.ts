/**
 * One event that each tamper rule must tell of, and one as close to it as can be that it must leave alone. Written as
 * AWS's services write them, so that a pattern with a misspelt field or call finds nothing here either:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import type { EventEntry } from "./put-events.ts";

export interface TamperSample {
  readonly matching: EventEntry;
  readonly other: EventEntry;
}

export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly auditBucket: string;
}

/** By the end of the rule's name. */
export function tamperSamples(place: Place): Readonly<Record<string, TamperSample>> {
  const call = apiCallsIn(place);
  const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
  const trail = { name: `arn:aws:cloudtrail:${place.region}:${place.accountId}:trail/any` };
  return {
    "tamper-keys": {
      matching: call("kms", "ScheduleKeyDeletion", { keyId, pendingWindowInDays: 7 }),
      other: call("kms", "EnableKey", { keyId }),
    },
    "tamper-trail": {
      matching: call("cloudtrail", "StopLogging", trail),
      other: call("cloudtrail", "StartLogging", trail),
    },
    "tamper-audit-store": {
      matching: call("s3", "PutBucketVersioning", { bucketName: place.auditBucket, versioning: "" }),
      other: call("s3", "PutBucketVersioning", { bucketName: "somebody-elses-bucket", versioning: "" }),
    },
    "tamper-recorder": {
      matching: call("config", "StopConfigurationRecorder", { configurationRecorderName: "default" }),
      other: call("config", "StartConfigurationRecorder", { configurationRecorderName: "default" }),
    },
    "tamper-detection": {
      matching: call("guardduty", "DeleteDetector", { detectorId: "12abc34d567e8fa901bc2d34e56789f0" }),
      other: call("guardduty", "CreateDetector", { enable: true }),
    },
    "threat-found": { matching: finding(8.5), other: finding(6.9) },
    "break-glass-use": {
      // A call that only reads: EventBridge passes it on to the rules that ask for such calls.
      matching: call("dynamodb", "DescribeTable", { tableName: "any" }, "srs-break-glass"),
      other: call("dynamodb", "DescribeTable", { tableName: "any" }, "srs-auditor"),
    },
  };
}

function apiCallsIn({ accountId, region }: Place) {
  return (service: string, eventName: string, requestParameters: object, role = "srs-key-admin"): EventEntry => {
    const arn = `arn:aws:iam::${accountId}:role/${role}`;
    const sessionIssuer = { type: "Role", principalId: "AROAEXAMPLEEXAMPLE00", arn, accountId, userName: role };
    const detail = {
      eventVersion: "1.11",
      userIdentity: {
        ...{ type: "AssumedRole", principalId: "AROAEXAMPLEEXAMPLE00:somebody", accountId },
        arn: `arn:aws:sts::${accountId}:assumed-role/${role}/somebody`,
        sessionContext: { sessionIssuer, attributes: { mfaAuthenticated: "true" } },
      },
      ...{ eventTime: new Date().toISOString(), eventSource: `${service}.amazonaws.com`, eventName, awsRegion: region },
      ...{ sourceIPAddress: "192.0.2.1", userAgent: "console.amazonaws.com", requestParameters },
      ...{ responseElements: null, readOnly: eventName.startsWith("Describe"), eventType: "AwsApiCall" },
      ...{ managementEvent: true, recipientAccountId: accountId, eventCategory: "Management" },
    };
    return {
      ...{ Source: `aws.${service}`, DetailType: "AWS API Call via CloudTrail", Detail: JSON.stringify(detail) },
    };
  };
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html: high from 7.0. */
function finding(severity: number): EventEntry {
  const detail = { schemaVersion: "2.0", type: "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", severity };
  return { Source: "aws.guardduty", DetailType: "GuardDuty Finding", Detail: JSON.stringify(detail) };
}
