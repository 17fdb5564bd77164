/** Controls of NIST SP 800-53 revision 5 about identities, records and watching, which the security layer names as its reason. */
import { testsIn, type Control } from "./control.ts";
import { nist } from "./nist.ts";

const baseline = testsIn("projects/security/test/account-baseline.test.ts");
const configuration = testsIn("projects/security/test/configuration.test.ts");
const dns = testsIn("projects/network/test/dns.test.ts");
const flowLogs = testsIn("projects/network/test/flow-logs.test.ts");
const identities = testsIn("projects/security/test/identities.test.ts");
const keyAccess = testsIn("shared/access/test/keys.ts");
const keys = testsIn("projects/security/test/keys.test.ts");
const pack = testsIn("projects/policy/test/stacks.test.ts");
const roles = testsIn("shared/access/test/roles.ts");
const stores = testsIn("projects/security/test/audit-store.test.ts");
const tamper = testsIn("projects/security/test/tamper-rules.test.ts");
const trail = testsIn("projects/security/test/trail.test.ts");

const RECORDED = "of %s records every Region, signed, under the audit key";
const SELECTED = "records management first, then who touches the stores that matter, then every function";
const KEY = "aws:kms/key:Key";

const identity: readonly Control[] = [
  nist({
    id: "AC-2",
    says: "Identities are few, and made by the platform",
    rules: ["SEC-14", "SEC-49", "SEC-51"],
    where: { security: ["aws:iam/role:Role", "aws:iam/openIdConnectProvider:OpenIdConnectProvider"] },
    policies: ["role-permission-boundary", "oidc-trust-pinned"],
    held: identities("of %s are two for each layer, published by layer, under the ceiling"),
  }),
  nist({
    id: "AC-5",
    says: "Who administers does not use, who previews does not change",
    rules: ["SEC-14", "SEC-30"],
    where: { security: ["aws:iam/role:Role", KEY] },
    policies: ["kms-duties-separated"],
    held: [
      ...keys("of %s let nobody both administer a key and use it"),
      ...keyAccess("is used by nobody who administers it"),
      ...roles("of a deployment is taken by its own workflow alone: a pull request previews and applies nothing"),
    ],
  }),
  nist({
    id: "AC-6",
    says: "Nobody may do more than the task takes, and never more than the ceiling",
    rules: ["SEC-9", "SEC-13", "SEC-47", "SEC-50"],
    where: { security: ["aws:iam/policy:Policy", "aws:iam/role:Role", "aws:accessanalyzer/analyzer:Analyzer"] },
    policies: ["role-permission-boundary", "iam-no-wildcard-actions", "iam-no-wildcard-resources"],
    held: [
      ...roles("is over every role", "cannot be taken off a role, nor rewritten from below it"),
      ...baseline("look at access from outside and at access that nobody used for 90 days"),
    ],
  }),
  nist({
    id: "IA-5",
    says: "Pipelines have no credential to lose: they show a token that is good for minutes",
    rules: ["SEC-14", "SEC-48", "SEC-49"],
    where: { security: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws:iam/role:Role"] },
    policies: ["oidc-trust-pinned"],
    held: identities("of %s trust tokens of one repository alone, word for word"),
  }),
];

const audit: readonly Control[] = [
  nist({
    id: "AU-2",
    says: "It is decided which events are recorded",
    rules: ["SEC-4", "SEC-36"],
    where: { security: ["aws:cloudtrail/trail:Trail"] },
    policies: ["trail-complete"],
    held: trail(SELECTED),
  }),
  nist({
    id: "AU-3",
    says: "A record says who did what to what, when, from where, with which outcome",
    rules: ["SEC-4", "SEC-35"],
    where: { security: ["aws:cloudtrail/trail:Trail"] },
    policies: ["trail-complete"],
    held: trail(RECORDED, "asks the trail's group which calls to KMS named a student"),
  }),
  nist({
    id: "AU-5",
    says: "Somebody is told when recording fails or is stopped",
    rules: ["SEC-12", "SEC-46"],
    where: {
      security: [
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:sqs/queue:Queue",
        "aws:sqs/queuePolicy:QueuePolicy",
      ],
    },
    policies: ["required-resources"],
    held: tamper(
      "%s hears of calls to %s that undo",
      "of %s each tell the security topic, and set aside what they cannot tell",
      "wakes who runs the platform as soon as it holds one",
    ),
  }),
  nist({
    id: "AU-9",
    says: "Records cannot be changed, not even by those who run the platform",
    rules: ["SEC-2", "SEC-31", "SEC-33", "SEC-34"],
    where: { security: ["aws:s3/bucket:Bucket", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"] },
    policies: ["audit-object-lock", "stateful-is-protected"],
    held: stores(
      "is write-once for seven years in production, by anybody's leave; for a month in staging",
      "cannot be undone but by the apply role of this layer: dev's in a pull request's stack",
      "is read by the auditor, and by nobody else whatever their own policy allows",
    ),
  }),
  nist({
    id: "AU-11",
    says: "Records are kept as long as they may be asked for, and no longer",
    rules: ["SEC-2", "SEC-32"],
    where: { security: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"] },
    policies: ["audit-object-lock"],
    held: stores("gets colder, and ends only after its lock"),
  }),
  nist({
    id: "AU-12",
    says: "Calls and connections are recorded where they happen",
    rules: ["SEC-4", "SEC-35", "NET-3", "NET-15"],
    where: { security: ["aws:cloudtrail/trail:Trail"], network: ["aws:ec2/flowLog:FlowLog"] },
    policies: ["trail-complete", "required-resources"],
    held: [...trail(RECORDED), ...flowLogs("record all traffic every minute, in one form, in two places")],
  }),
  nist({
    id: "IR-5",
    says: "Incidents are followed: each notice reaches somebody or is set aside for them",
    rules: ["SEC-12", "SEC-46"],
    where: { security: ["aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"] },
    policies: ["required-resources"],
    held: [
      ...tamper(
        "of %s each tell the security topic, and set aside what they cannot tell",
        "threat-found hears of findings from severity 7 on",
      ),
      ...testsIn("projects/system-tests/test/deployment.test.ts")(
        "tells the security topic of every kind of tampering, once, and of nothing that only looks like it",
      ),
    ],
  }),
];

const watch: readonly Control[] = [
  nist({
    id: "CA-7",
    says: "Where the account stands against published standards is known all the time",
    rules: ["SEC-8", "SEC-41"],
    where: {
      security: ["aws:securityhub/account:Account", "aws:securityhub/standardsSubscription:StandardsSubscription"],
    },
    policies: ["required-resources"],
    held: baseline("are checked against three standards, a finding counted once, after Security Hub is on"),
  }),
  nist({
    id: "CM-3",
    says: "Every change of a setting is written down and judged",
    rules: ["SEC-6", "SEC-43"],
    where: { security: ["aws:cfg/rule:Rule", "aws:cfg/conformancePack:ConformancePack"] },
    policies: ["required-resources"],
    held: [
      ...configuration("of %s are those that no published pack has in our form, and wait for the recorder"),
      ...pack("break no rule, mandatory or advisory"),
    ],
  }),
  nist({
    id: "CM-8",
    says: "What the account has is known",
    rules: ["SEC-6", "SEC-42"],
    where: { security: ["aws:cfg/recorder:Recorder", "aws:cfg/recorderStatus:RecorderStatus"] },
    policies: ["required-resources", "complete-tags"],
    held: configuration("of %s records everything, under the role that AWS made for it"),
  }),
  nist({
    id: "RA-5",
    says: "Known vulnerabilities are looked for",
    rules: ["SEC-8", "SEC-10"],
    where: { security: ["aws:inspector2/enabler:Enabler", "aws:securityhub/account:Account"] },
    policies: ["required-resources"],
    held: baseline("scan images and functions of this account"),
  }),
  nist({
    id: "SI-2",
    says: "What has a flaw is found again when the flaw becomes known",
    rules: ["SEC-10"],
    where: { security: ["aws:inspector2/enabler:Enabler"] },
    policies: ["required-resources"],
    held: baseline("scan images and functions of this account"),
  }),
  nist({
    id: "SI-4",
    says: "Calls, connections and questions for names are watched",
    rules: ["SEC-5", "SEC-12", "NET-3", "NET-7"],
    where: {
      security: ["aws:cloudwatch/logMetricFilter:LogMetricFilter", "aws:cloudwatch/eventRule:EventRule"],
      network: ["aws:ec2/flowLog:FlowLog", "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"],
    },
    policies: ["required-resources"],
    held: [
      ...trail("each watch the metric that a filter on the trail's group makes, and tell the security topic"),
      ...flowLogs("record all traffic every minute, in one form, in two places"),
      ...dns("covers the network, in an encrypted log group kept as long as the environment says"),
    ],
  }),
];

export const catalogueWatch: readonly Control[] = [...identity, ...audit, ...watch];
