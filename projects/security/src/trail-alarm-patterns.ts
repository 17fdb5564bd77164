/**
 * What in the trail is worth an alarm: the fifteen filters of the CIS AWS Foundations Benchmark (section 4).
 * Texts as Security Hub's CloudWatch controls look for them: another order of the same conditions would not count.
 */
export interface TrailAlarm {
  readonly purpose: string;
  readonly description: string;
  readonly pattern: string;
  /** Matches within five minutes. */
  readonly threshold: number;
}

const named = (event: string): string => `($.eventName=${event})`;
const anyOf = (...events: string[]): string => events.map(named).join(" || ");
const of = (source: string, ...events: string[]): string => `{($.eventSource=${source}) && (${anyOf(...events)})}`;

export const TRAIL_ALARMS: readonly TrailAlarm[] = [
  {
    purpose: "root-use",
    description: "The account's root user did something",
    pattern: '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    threshold: 1,
  },
  {
    purpose: "sign-in-without-mfa",
    description: "A user signed in to the console without a second factor",
    pattern:
      '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    threshold: 1,
  },
  {
    purpose: "failed-sign-ins",
    description: "Sign-ins to the console failed again and again",
    pattern: '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
    threshold: 5,
  },
  {
    purpose: "unauthorised-calls",
    description: "Calls are refused for want of permission, more than mistakes explain",
    pattern: '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
    threshold: 20,
  },
  {
    purpose: "iam-policy-change",
    description: "Permissions of a user, group or role changed",
    pattern: of(
      "iam.amazonaws.com",
      "DeleteGroupPolicy",
      "DeleteRolePolicy",
      "DeleteUserPolicy",
      "PutGroupPolicy",
      "PutRolePolicy",
      "PutUserPolicy",
      "CreatePolicy",
      "DeletePolicy",
      "CreatePolicyVersion",
      "DeletePolicyVersion",
      "AttachRolePolicy",
      "DetachRolePolicy",
      "AttachUserPolicy",
      "DetachUserPolicy",
      "AttachGroupPolicy",
      "DetachGroupPolicy",
    ),
    threshold: 1,
  },
  {
    purpose: "trail-change",
    description: "A trail was made, changed, stopped or deleted",
    pattern: `{${anyOf("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")}}`,
    threshold: 1,
  },
  {
    purpose: "key-disabled",
    description: "A key was disabled, or its end was scheduled",
    pattern: of("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion"),
    threshold: 1,
  },
  {
    purpose: "bucket-policy-change",
    description: "Who reaches a bucket, or how long it keeps things, changed",
    pattern: of(
      "s3.amazonaws.com",
      "PutBucketAcl",
      "PutBucketPolicy",
      "PutBucketCors",
      "PutBucketLifecycle",
      "PutBucketReplication",
      "DeleteBucketPolicy",
      "DeleteBucketCors",
      "DeleteBucketLifecycle",
      "DeleteBucketReplication",
    ),
    threshold: 1,
  },
  {
    purpose: "recorder-change",
    description: "The configuration recorder or its delivery changed",
    pattern: of(
      "config.amazonaws.com",
      "StopConfigurationRecorder",
      "DeleteDeliveryChannel",
      "PutDeliveryChannel",
      "PutConfigurationRecorder",
    ),
    threshold: 1,
  },
  {
    purpose: "security-group-change",
    description: "A security group or one of its rules changed",
    pattern: `{${anyOf(
      "AuthorizeSecurityGroupIngress",
      "AuthorizeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
      "RevokeSecurityGroupEgress",
      "CreateSecurityGroup",
      "DeleteSecurityGroup",
    )}}`,
    threshold: 1,
  },
  {
    purpose: "network-acl-change",
    description: "A network access list or one of its entries changed",
    pattern: `{${anyOf(
      "CreateNetworkAcl",
      "CreateNetworkAclEntry",
      "DeleteNetworkAcl",
      "DeleteNetworkAclEntry",
      "ReplaceNetworkAclEntry",
      "ReplaceNetworkAclAssociation",
    )}}`,
    threshold: 1,
  },
  {
    purpose: "gateway-change",
    description: "A way between the network and the outside changed",
    pattern: `{${anyOf(
      "CreateCustomerGateway",
      "DeleteCustomerGateway",
      "AttachInternetGateway",
      "CreateInternetGateway",
      "DeleteInternetGateway",
      "DetachInternetGateway",
    )}}`,
    threshold: 1,
  },
  {
    purpose: "route-table-change",
    description: "A route changed",
    pattern: of(
      "ec2.amazonaws.com",
      "CreateRoute",
      "CreateRouteTable",
      "ReplaceRoute",
      "ReplaceRouteTableAssociation",
      "DeleteRouteTable",
      "DeleteRoute",
      "DisassociateRouteTable",
    ),
    threshold: 1,
  },
  {
    purpose: "vpc-change",
    description: "A network, or its peering with another, changed",
    pattern: `{${anyOf(
      "CreateVpc",
      "DeleteVpc",
      "ModifyVpcAttribute",
      "AcceptVpcPeeringConnection",
      "CreateVpcPeeringConnection",
      "DeleteVpcPeeringConnection",
      "RejectVpcPeeringConnection",
      "AttachClassicLinkVpc",
      "DetachClassicLinkVpc",
      "DisableVpcClassicLink",
      "EnableVpcClassicLink",
    )}}`,
    threshold: 1,
  },
  {
    purpose: "organization-change",
    description: "The organization of accounts changed",
    pattern: of(
      "organizations.amazonaws.com",
      "AcceptHandshake",
      "AttachPolicy",
      "CreateAccount",
      "CreateOrganizationalUnit",
      "CreatePolicy",
      "DeclineHandshake",
      "DeleteOrganization",
      "DeleteOrganizationalUnit",
      "DeletePolicy",
      "DetachPolicy",
      "DisablePolicyType",
      "EnablePolicyType",
      "InviteAccountToOrganization",
      "LeaveOrganization",
      "MoveAccount",
      "RemoveAccountFromOrganization",
      "UpdateOrganizationalUnit",
      "UpdatePolicy",
    ),
    threshold: 1,
  },
];
