/** What watches and guards the account: trail, recorder, detection, switches that an account has once. */
import { testsIn, type Control } from "./control.ts";

const baseline = testsIn("projects/security/test/account-baseline.test.ts");
const configuration = testsIn("projects/security/test/configuration.test.ts");
const stores = testsIn("projects/security/test/audit-store.test.ts");
const trail = testsIn("projects/security/test/trail.test.ts");

const RECORDED = "of %s records every Region, signed, under the audit key";
const DETECTS = "of %s looks at objects, logins, functions, volumes and running tasks";

const cloudTrail: readonly Control[] = [
  {
    id: "CloudTrail.1",
    says: "A trail records every management call, in every Region, reads and writes",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-35", "SEC-36"],
    where: { security: ["aws:cloudtrail/trail:Trail"] },
    policies: ["trail-complete", "required-resources"],
    held: trail(RECORDED, "records management first, then who touches the stores that matter, then every function"),
  },
  {
    id: "CloudTrail.2",
    says: "The trail's files are encrypted under a KMS key",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-24", "SEC-35"],
    where: { security: ["aws:cloudtrail/trail:Trail", "aws:kms/key:Key"] },
    policies: ["trail-complete", "own-key"],
    held: trail(RECORDED),
  },
  {
    id: "CloudTrail.4",
    says: "A changed or missing file of the trail is noticed: digests are signed",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-35"],
    where: { security: ["aws:cloudtrail/trail:Trail"] },
    policies: ["trail-complete"],
    held: trail(RECORDED),
  },
  {
    id: "CloudTrail.5",
    says: "The trail reaches CloudWatch Logs, where alarms see it within minutes",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-5", "SEC-35"],
    where: { security: ["aws:cloudtrail/trail:Trail", "aws:cloudwatch/logGroup:LogGroup"] },
    policies: ["trail-complete"],
    held: trail(RECORDED, "writes to its own log streams and nothing else"),
  },
  {
    id: "CloudTrail.6",
    says: "The trail's bucket is closed to the public",
    standards: ["CIS 1.4"],
    rules: ["SEC-31", "SEC-33"],
    where: { security: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"] },
    policies: ["s3-public-access-block", "s3-complete"],
    held: stores("of %s are private, versioned and their owner's, with no setting on the bucket itself"),
  },
  {
    id: "CloudTrail.7",
    says: "Access to the trail's bucket is logged",
    standards: ["CIS"],
    rules: ["SEC-3", "SEC-31"],
    where: { security: ["aws:s3/bucketLogging:BucketLogging"] },
    policies: ["s3-complete"],
    held: stores("log who reaches them, but not in circles"),
  },
];

/** By the number that Security Hub gives the alarm, which is not the benchmark's. */
const ALARMS: readonly (readonly [number: number, about: string])[] = [
  [1, "the root user does anything"],
  [2, "calls are refused more often than by mistake"],
  [3, "somebody signs in to the console without a second factor"],
  [4, "an IAM policy changes"],
  [5, "the trail changes"],
  [6, "sign-ins to the console fail again and again"],
  [7, "a key is disabled or scheduled for deletion"],
  [8, "a bucket's policy changes"],
  [9, "the recorder changes"],
  [10, "a security group changes"],
  [11, "a network access list changes"],
  [12, "a gateway of the network changes"],
  [13, "a route table changes"],
  [14, "a VPC changes"],
];
const alarm = (id: string, about: string, standards: Control["standards"]): Control => ({
  id,
  says: `An alarm tells when ${about}`,
  standards,
  rules: ["SEC-5", "SEC-38"],
  where: {
    security: ["aws:cloudwatch/logMetricFilter:LogMetricFilter", "aws:cloudwatch/metricAlarm:MetricAlarm"],
  },
  policies: ["required-resources"],
  held: trail(
    "are the fifteen of the benchmark, with patience only for failed sign-ins and refused calls",
    "each watch the metric that a filter on the trail's group makes, and tell the security topic",
  ),
});
const cloudWatch: readonly Control[] = [
  ...ALARMS.map(([number, about]) => alarm(`CloudWatch.${number}`, about, ["CIS 1.4"])),
  // The benchmark's own number: Security Hub has no control for it.
  alarm("CIS 4.15", "something changes in the organization", ["CIS"]),
];

const detection = (number: number, says: string, standards: Control["standards"] = ["FSBP"]): Control => ({
  id: `GuardDuty.${number}`,
  says,
  standards,
  rules: ["SEC-7", "SEC-40"],
  where: {
    security:
      number === 1
        ? ["aws:guardduty/detector:Detector", "aws:guardduty/publishingDestination:PublishingDestination"]
        : ["aws:guardduty/detectorFeature:DetectorFeature"],
  },
  policies: number === 1 ? ["required-resources"] : [],
  held: baseline(
    DETECTS,
    ...(number === 1 ? ["keeps its findings in the audit store under the audit key, once the store takes them"] : []),
  ),
});
const guardDuty: readonly Control[] = [
  detection(1, "Threat detection is on, and its findings are kept", ["FSBP", "NIST"]),
  detection(6, "It looks at what functions say to the network"),
  detection(8, "It looks for malware on volumes"),
  detection(9, "It looks at logins to the database"),
  detection(10, "It looks at what is done to objects in buckets"),
  detection(11, "It looks into what is running"),
  detection(12, "Tasks on Fargate carry its agent"),
];

const SWITCHES = "of %s let nothing be shared with the public, and encrypt every volume";
const switches: readonly Control[] = [
  {
    id: "Config.1",
    says: "The configuration of everything is recorded, under the role that AWS made for it",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-6", "SEC-42"],
    where: {
      security: [
        "aws:cfg/recorder:Recorder",
        "aws:cfg/recorderStatus:RecorderStatus",
        "aws:cfg/deliveryChannel:DeliveryChannel",
        "aws:iam/serviceLinkedRole:ServiceLinkedRole",
      ],
    },
    policies: ["required-resources"],
    held: configuration(
      "of %s records everything, under the role that AWS made for it",
      "delivers to its own store under the audit key, and runs once it can",
    ),
  },
  {
    id: "EC2.7",
    says: "Every new volume is encrypted, whoever makes it",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-15"],
    where: { security: ["aws:ebs/encryptionByDefault:EncryptionByDefault"] },
    policies: ["required-resources"],
    held: baseline(SWITCHES),
  },
  {
    id: "EC2.182",
    says: "No snapshot of a volume can be shared with the public",
    standards: ["FSBP"],
    rules: ["SEC-15"],
    where: { security: ["aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"] },
    policies: ["required-resources"],
    held: baseline(SWITCHES),
  },
  ...[
    ["Inspector.2", "Images are scanned for known vulnerabilities, again whenever one becomes known"] as const,
    ["Inspector.4", "Functions are scanned for known vulnerabilities in what they bring along"] as const,
  ].map(([id, says]): Control => ({
    id,
    says,
    standards: ["FSBP"],
    rules: ["SEC-10"],
    where: { security: ["aws:inspector2/enabler:Enabler"] },
    policies: ["required-resources"],
    held: baseline("scan images and functions of this account"),
  })),
];

export const securityAccount: readonly Control[] = [...cloudTrail, ...cloudWatch, ...guardDuty, ...switches];
