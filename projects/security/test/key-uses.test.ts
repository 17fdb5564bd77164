import { recordStack, type RecordedStatement, type Recording } from "@records/testing";
import { policyOf, statement } from "./recorded.ts";

/** Who may use a key in `local`, row by row: roles (without `srs-local-`), actions (without `kms:`), services. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  database: ["ci-data-apply, backup: ALL through rds", "grants: ci-data-apply, backup through rds"],
  "student-fields": ["api-task, relay-task, consumer-*: GenerateDataKey, Decrypt"],
  cache: ["ci-data-apply: ALL through elasticache", "grants: ci-data-apply through elasticache"],
  events: [
    "relay-task: GenerateDataKey through kinesis",
    "consumer-*: Decrypt through kinesis",
    "consumer-*: GenerateDataKey, Decrypt through sqs",
    "consumer-archiver: GenerateDataKey through s3",
    "srs-replay: Decrypt through s3",
    "backup: Decrypt, GenerateDataKey through s3",
    "ci-data-apply, ci-compute-apply: DescribeKey",
    "events.amazonaws.com: GenerateDataKey, Decrypt",
  ],
  files: [
    "ci-data-apply, api-task, backup: ALL through elasticfilesystem",
    "grants: ci-data-apply, backup through elasticfilesystem",
  ],
  secrets: [
    "api-task, relay-task, consumer-*, audit-exporter, canary, db-proxy: Decrypt through secretsmanager",
    "rotation, ci-data-apply: Decrypt, GenerateDataKey through secretsmanager",
    "srs-break-glass: Decrypt through secretsmanager",
    "srs-onboarding-*: Decrypt through secretsmanager",
    "ci-data-apply: DescribeKey through secretsmanager, rds",
    "grants: ci-data-apply through rds, secretsmanager",
  ],
  audit: [
    "srs-auditor: Decrypt through s3",
    "audit-exporter: GenerateDataKey* through s3",
    "cloudtrail.amazonaws.com: GenerateDataKey*",
    "cloudtrail.amazonaws.com: DescribeKey",
    "config.amazonaws.com: GenerateDataKey*, Decrypt",
    "delivery.logs.amazonaws.com: GenerateDataKey*, Decrypt",
    "guardduty.amazonaws.com: GenerateDataKey*",
  ],
  logs: ["logs.us-east-1.amazonaws.com: ALL"],
  compute: [
    "ci-compute-apply: DescribeKey, RetireGrant through ecr",
    "ci-compute-apply, ci-data-apply: Decrypt, DescribeKey, Encrypt, GenerateDataKey* through lambda",
    "rotation, migration, consumer-*, audit-exporter: Decrypt through lambda",
    "canary: Decrypt, GenerateDataKey through s3",
    "ci-compute-apply: Decrypt, DescribeKey, GenerateDataKey* through xray",
    "ci-compute-apply: DescribeKey",
    "fargate.amazonaws.com: GenerateDataKeyWithoutPlaintext",
    "grants: fargate.amazonaws.com",
    "fargate.amazonaws.com: DescribeKey",
    "cloudwatch.amazonaws.com: GenerateDataKey*, Decrypt",
    "budgets.amazonaws.com: GenerateDataKey*, Decrypt",
    "events.rds.amazonaws.com: GenerateDataKey*, Decrypt",
    "events.amazonaws.com: GenerateDataKey*, Decrypt",
    "grants: ci-compute-apply, ci-data-apply through ecr, lambda, xray",
  ],
  backup: [
    "backup: ALL through backup",
    "ci-data-apply: Decrypt, DescribeKey, GenerateDataKey through backup",
    "grants: ci-data-apply, backup through backup",
  ],
  signing: ["api-task, audit-exporter: Sign", "api-task, audit-exporter: GetPublicKey"],
};

let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/security");
}, 60_000);

const policy = (key: string) => policyOf(stack, "aws:kms/key:Key", key);
const condition = (key: string, sid: string) => statement(policy(key), sid).Condition;

describe("use of a key", () => {
  it.each(Object.keys(ROWS))("%s is exactly what its row says", (key) => {
    const ofEveryKey = ["KeyAdministration", "PreviewLooks", "WatchersLook"];
    const uses = policy(key).filter(({ Effect, Sid }) => Effect === "Allow" && !ofEveryKey.includes(Sid ?? ""));
    expect(uses.map(row)).toEqual(ROWS[key]);
  });

  it("student-fields names the student and the purpose, and nothing else", () => {
    expect(condition("student-fields", "WrapAndUnwrapDataKeys")).toMatchObject({
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["studentId", "purpose"] },
      Null: { "kms:EncryptionContext:studentId": "false", "kms:EncryptionContext:purpose": "false" },
    });
  });

  it("secrets is for one secret at a time: of this environment, or the managed one where it is written", () => {
    const ours = "arn:aws:secretsmanager:us-east-1:000000000000:secret:srs/local/*";
    const managed = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!cluster-*";
    const secretsOf = (sid: string) => condition("secrets", sid)?.StringLike?.["kms:EncryptionContext:SecretARN"];
    expect(secretsOf("ReadersDecrypt")).toEqual([ours]);
    expect(secretsOf("WritersEncrypt")).toEqual([ours, managed]);
    expect(secretsOf("BreakGlassReadsMaster")).toEqual([managed]);
    expect(secretsOf("OnboardingReadsClients")).toEqual([ours.replace("/*", "/clients/*")]);
  });

  it("audit is for this account's trail, deliveries and detector", () => {
    const trail = "arn:aws:cloudtrail:us-east-1:000000000000:trail/srs-local-trail";
    expect(condition("audit", "TrailWrites")).toEqual({
      StringEquals: { "aws:SourceArn": trail },
      StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": trail.replace("us-east-1", "*") },
    });
    for (const sid of ["RecorderWrites", "LogDeliveryWrites", "FindingsAreWritten"]) {
      expect(condition("audit", sid)).toMatchObject({ StringEquals: { "aws:SourceAccount": "000000000000" } });
    }
  });

  it("logs is for groups of this environment, and those that API Gateway names", () => {
    expect(condition("logs", "LogsEncrypt")).toEqual({
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": [
          "arn:aws:logs:us-east-1:000000000000:log-group:*srs*local*",
          "arn:aws:logs:us-east-1:000000000000:log-group:API-Gateway-Execution-Logs_*",
        ],
      },
    });
  });

  it("compute is for tasks of our cluster alone, and a grant for them only decrypts", () => {
    const cluster = {
      "kms:EncryptionContext:aws:ecs:clusterAccount": "000000000000",
      "kms:EncryptionContext:aws:ecs:clusterName": "srs-local-platform",
    };
    expect(condition("compute", "FargateStorage")).toEqual({ StringEquals: cluster });
    expect(condition("compute", "FargateGrants")).toEqual({
      StringEquals: cluster,
      "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" },
    });
  });

  it("by EventBridge is bound to our topics and queues, because it names no source account to a key", () => {
    const topic = (name: string) => `arn:aws:sns:us-east-1:000000000000:srs-local-${name}`;
    expect(condition("compute", "RulesNotify")).toEqual({
      StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": [topic("alerts"), topic("security")] },
    });
    expect(condition("events", "RulesSetAside")).toEqual({
      StringLike: { "kms:EncryptionContext:aws:sqs:arn": "arn:aws:sqs:us-east-1:000000000000:srs-local-*" },
    });
  });

  it("signing is for one algorithm", () => {
    expect(condition("signing", "Sign")?.StringEquals).toEqual({ "kms:SigningAlgorithm": "ECDSA_SHA_256" });
  });
});

const ALL = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

function row({ Principal, Condition, actions }: RecordedStatement): string {
  const roles = (Condition?.ArnLike?.["aws:PrincipalArn"] ?? []) as readonly string[];
  const who =
    (Principal as { Service?: string }).Service ??
    roles.map((arn) => arn.replace("arn:aws:iam::000000000000:role/", "").replace("srs-local-", "")).join(", ");
  const services = (Condition?.StringEquals?.["kms:ViaService"] ?? []) as readonly string[];
  const through = services.map((service) => service.replace(".us-east-1.amazonaws.com", "")).join(", ");
  const what = actions.join() === ALL.join() ? "ALL" : actions.map((action) => action.replace("kms:", "")).join(", ");
  const use = what === "CreateGrant" ? `grants: ${who}` : `${who}: ${what}`;
  return through ? `${use} through ${through}` : use;
}
