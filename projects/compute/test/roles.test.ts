import { fixtures, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

const statementsOf = (role: string): any[] =>
  JSON.parse(stack.get("aws:iam/rolePolicy:RolePolicy", role).inputs.policy).Statement;
const actionsOf = (role: string): string[] => statementsOf(role).flatMap((statement) => statement.Action);

/** Role, its own actions in the order of its statements, AWS's own policies. Nothing else is allowed to anybody. */
const SECRETS = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret", "kms:Decrypt"];
const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
const SIGN = ["kms:Sign", "kms:GetPublicKey"];
const MAY: Readonly<Record<string, readonly string[]>> = {
  "api-execution": [
    ...["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
    ...["ecr:GetAuthorizationToken", "logs:CreateLogStream", "logs:PutLogEvents"],
  ],
  "api-task": [
    ...SECRETS,
    ...["kms:GenerateDataKey", "kms:Decrypt", ...SIGN],
    ...["elasticfilesystem:ClientMount", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", ...TRACES],
  ],
  "relay-task": [...SECRETS, "kinesis:PutRecords", "kinesis:DescribeStreamSummary", "kms:GenerateDataKey"],
  "consumer-cache-invalidator": [
    ...SECRETS,
    ...["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:GetShardIterator"],
    ...["kinesis:GetRecords", "kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer", "kms:Decrypt"],
    ...["sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt", ...TRACES],
  ],
  "audit-exporter": [...SECRETS, "s3:PutObject", "kms:GenerateDataKey", ...SIGN, ...TRACES],
  migration: ["rds-db:connect", ...TRACES],
};
const FUNCTIONS = ["consumer-cache-invalidator", "audit-exporter", "migration"];

describe("roles", () => {
  it("are capped by the platform's boundary and taken on behalf of this account only", () => {
    const roles = stack.ofType("aws:iam/role:Role");
    expect(roles.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(MAY)));
    for (const { name, inputs } of roles) {
      expect(inputs.permissionsBoundary).toBe(fixtures.security.permissionBoundaryArn);
      if (name !== "api-gateway-logs") expect(inputs.assumeRolePolicy).toContain('"aws:SourceAccount":"000000000000"');
    }
  });

  it.each(Object.entries(MAY))("let %s do what its work asks for, and nothing more", (role, actions) => {
    expect(actionsOf(role)).toEqual(actions);
  });

  it("let functions reach the network and write their logs by AWS's own policy, and tasks have none", () => {
    const attached = stack.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ inputs }) => inputs);
    const vpc = attached.filter(({ policyArn }) => policyArn.endsWith("/AWSLambdaVPCAccessExecutionRole"));
    expect(vpc.map(({ role }) => role.replace("srs-local-", "")).toSorted()).toEqual(FUNCTIONS.toSorted());
    expect(attached.filter(({ role }) => /task|execution/.test(role))).toEqual([]);
  });

  it("may do nothing by a wildcard", () => {
    const policies = stack.ofType("aws:iam/rolePolicy:RolePolicy").filter(({ name }) => name in MAY);
    const statements = policies.flatMap(({ name }) => statementsOf(name));
    expect(
      statements.flatMap((statement) => statement.Action).filter((action: string) => action.includes("*")),
    ).toEqual([]);
    const open = statements.filter(({ Resource }) => [Resource].flat().includes("*")).flatMap(({ Action }) => Action);
    expect(new Set(open)).toEqual(new Set(["ecr:GetAuthorizationToken", ...TRACES]));
  });

  it("let the API read its four secrets, and neither write to a stream nor read the master's", () => {
    const [secrets] = statementsOf("api-task");
    const { dbAppA, dbAppB, cacheApi, pseudonymSalt, dbMaster } = fixtures.data.secretArns;
    expect(secrets.Resource).toEqual([dbAppA, dbAppB, cacheApi, pseudonymSalt]);
    expect(JSON.stringify(statementsOf("api-task"))).not.toContain(dbMaster);
    expect(actionsOf("api-task").filter((action) => action.startsWith("kinesis:"))).toEqual([]);
  });

  it("let nobody here read the master's secret", () => {
    const documents = stack.ofType("aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => inputs.policy as string);
    expect(documents.filter((document) => document.includes(fixtures.data.secretArns.dbMaster))).toEqual([]);
  });

  it("let the relay alone write to the stream", () => {
    const writers = stack
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .filter(({ name }) => actionsOf(name).includes("kinesis:PutRecords"));
    expect(writers.map(({ name }) => name)).toEqual(["relay-task"]);
  });

  it("let keys be used only through the service that holds the data, or for a named student, or to sign", () => {
    const uses = stack
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ name }) => statementsOf(name))
      .filter((statement) => [statement.Action].flat().some((action: string) => action.startsWith("kms:")));
    expect(uses.length).toBeGreaterThan(4);
    const direct = uses.filter(({ Condition }) => !Condition?.StringEquals?.["kms:ViaService"]);
    expect(new Set(direct.map(({ Sid }) => Sid))).toEqual(new Set(["OpenStudentFields", "Sign", "ShowPublicKey"]));
    for (const { Sid, Condition, Resource } of direct) {
      expect(Resource).toBe(fixtures.security.kmsKeyArns[Sid === "OpenStudentFields" ? "studentFields" : "signing"]);
      if (Sid === "OpenStudentFields")
        expect(Condition).toEqual({
          Null: { "kms:EncryptionContext:studentId": "false", "kms:EncryptionContext:purpose": "false" },
          "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["studentId", "purpose"] },
        });
      if (Sid === "Sign") expect(Condition).toEqual({ StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256" } });
    }
  });

  it("let the exporter write to two folders of the audit store under its key, and read nothing there", () => {
    const { arn } = fixtures.security.auditBucket;
    const [write, ...others] = statementsOf("audit-exporter").filter(({ Action }) => Action[0].startsWith("s3:"));
    expect(others).toEqual([]);
    expect(write).toMatchObject({
      Action: ["s3:PutObject"],
      Resource: [`${arn}/audit/*`, `${arn}/anchors/*`],
      Condition: {
        StringEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": fixtures.security.kmsKeyArns.audit },
      },
    });
  });

  it("let the migration log in as the owner and nothing else that touches data", () => {
    expect(statementsOf("migration")[0].Resource).toMatch(/:dbuser:cluster-[A-Z0-9]+\/srs_owner$/);
  });

  it("let a task start with its own image and the agent that GuardDuty puts beside it", () => {
    const [pull] = statementsOf("api-execution");
    expect(pull.Resource).toEqual([
      expect.stringMatching(/:repository\/srs-local-api$/),
      "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate",
    ]);
  });
});
