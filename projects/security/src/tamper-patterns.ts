/** What no one does by accident to the watch over the platform, as event patterns. */
import { ACCOUNT_ROLES, roleArn } from "@records/conventions";

/** The part of EventBridge's pattern language in use here. */
export interface EventPattern {
  readonly source?: readonly string[];
  readonly "detail-type": readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
export interface TamperRule {
  readonly purpose: string;
  readonly description: string;
  readonly pattern: EventPattern;
  /** Calls that only read as well. EventBridge leaves them out unless asked. */
  readonly readingCallsToo?: boolean;
}

const API_CALL = "AWS API Call via CloudTrail";
const SIGN_IN = "AWS Console Sign In via CloudTrail";

/** Calls of one or several services, by the service's prefix. */
function calls(
  services: readonly string[],
  eventName: readonly string[],
  requestParameters?: Readonly<Record<string, readonly string[]>>,
): EventPattern {
  return {
    source: services.map((service) => `aws.${service}`),
    "detail-type": [API_CALL],
    detail: {
      eventSource: services.map((service) => `${service}.amazonaws.com`),
      eventName,
      ...(requestParameters && { requestParameters }),
    },
  };
}

export function tamperRules(place: { readonly accountId: string; readonly auditBucket: string }): TamperRule[] {
  return [
    {
      purpose: "tamper-keys",
      description: "A key is disabled, ends, gets another policy or stops rotating",
      pattern: calls(["kms"], ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy", "DisableKeyRotation"]),
    },
    {
      purpose: "tamper-trail",
      description: "A trail is stopped, deleted or records something else",
      pattern: calls(["cloudtrail"], ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"]),
    },
    {
      purpose: "tamper-audit-store",
      description: "Lock, policy, versioning or lifecycle of the audit store changes",
      pattern: calls(
        ["s3"],
        [
          "DeleteBucket",
          "DeleteBucketLifecycle",
          "DeleteBucketPolicy",
          "PutBucketLifecycle",
          // The API's own name, and the one of the permission for it: CloudTrail has used both.
          "PutBucketObjectLockConfiguration",
          "PutObjectLockConfiguration",
          "PutBucketPolicy",
          "PutBucketVersioning",
        ],
        { bucketName: [place.auditBucket] },
      ),
    },
    {
      purpose: "tamper-recorder",
      description: "The configuration recorder stops, or loses where it delivers",
      pattern: calls(["config"], ["StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteDeliveryChannel"]),
    },
    {
      purpose: "tamper-detection",
      description: "Threat detection or posture is switched off or changed",
      pattern: calls(
        ["guardduty", "securityhub"],
        ["DeleteDetector", "UpdateDetector", "StopMonitoringMembers", "DisableSecurityHub", "BatchDisableStandards"],
      ),
    },
    {
      purpose: "threat-found",
      description: "GuardDuty found a threat of severity high or critical",
      pattern: {
        source: ["aws.guardduty"],
        "detail-type": ["GuardDuty Finding"],
        detail: { severity: [{ numeric: [">=", 7] }] },
      },
    },
    {
      purpose: "break-glass-use",
      description: "Somebody uses the role for emergencies",
      // Whatever the service: a session that only looks has seen what it came for.
      pattern: {
        "detail-type": [API_CALL, SIGN_IN],
        detail: {
          userIdentity: {
            sessionContext: { sessionIssuer: { arn: [roleArn(place.accountId, ACCOUNT_ROLES.breakGlass)] } },
          },
        },
      },
      readingCallsToo: true,
    },
  ];
}
