import { evaluate, parsePolicy, type NamedPolicy } from "@records/iam";
import fc from "fast-check";
import { boundaryStatements } from "../src/permission-boundary.ts";

const ACCOUNT = "111111111111";
const iam = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const STATE_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/99999999-9999-4999-8999-999999999999`;

function boundaryOf(suffix: string, deployedSuffixes: string[]): NamedPolicy {
  const place = {
    accountId: ACCOUNT,
    region: "us-east-1",
    deployerSuffix: suffix,
    deployedSuffixes,
    stateBucket: `srs-pulumi-state-${ACCOUNT}`,
    stateKeyArn: STATE_KEY,
  };
  return { name: "boundary", document: parsePolicy({ Version: "2012-10-17", Statement: boundaryStatements(place) }) };
}
const PROD = boundaryOf("prod", ["prod"]);
const DEV = boundaryOf("dev", ["dev", "pr*"]);
/** What the ceiling leaves of a role that has been given everything. */
const EVERYTHING: NamedPolicy = {
  name: "everything",
  document: parsePolicy({
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

interface Question {
  role?: string;
  action: string;
  resource?: string;
  context?: Record<string, string>;
  boundary?: NamedPolicy;
}
function allowed({
  role = "srs-prod-api-task",
  action,
  resource = "*",
  context = {},
  boundary = PROD,
}: Question): boolean {
  const decision = evaluate(
    {
      principal: { kind: "role", arn: iam(`role/${role}`) },
      action,
      resource,
      context: { "aws:RequestedRegion": "us-east-1", ...context },
    },
    { identity: [EVERYTHING], boundary },
  );
  return decision.allowed;
}

const ROLES = ["srs-prod-api-task", "srs-prod-ci-data-apply", "srs-prod-ci-security-apply", "srs-prod-ci-data-plan"];
const anyRole = fc.constantFrom(...ROLES);
const everywhere = (question: (role: string) => Question, expected: boolean) =>
  fc.assert(fc.property(anyRole, (role) => allowed({ role, ...question(role) }) === expected));

describe("the ceiling", () => {
  it("is short enough for AWS, whatever the suffix", () => {
    for (const boundary of [boundaryOf("abcdefghij", ["abcdefghij", "pr*"]), PROD]) {
      expect(JSON.stringify(boundary.document).length).toBeLessThanOrEqual(6_144);
    }
  });

  it("lets the running system work and pipelines build, and lets no running role build", () => {
    for (const action of [
      "kms:Decrypt",
      "secretsmanager:GetSecretValue",
      "kinesis:PutRecords",
      "xray:PutTraceSegments",
    ]) {
      expect(allowed({ action })).toBe(true);
    }
    for (const action of ["iam:GetRole", "ecs:UpdateService", "lambda:UpdateFunctionCode", "cloudtrail:UpdateTrail"]) {
      expect(allowed({ action })).toBe(false);
    }
    expect(allowed({ action: "ecs:UpdateService", role: "srs-prod-ci-compute-apply" })).toBe(true);
    expect(allowed({ action: "redshift:CreateCluster", role: "srs-prod-ci-data-apply" })).toBe(false);
  });

  it("stops every identity that lasts, in every role", () => {
    for (const action of ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:PutUserPolicy"]) {
      everywhere(() => ({ action, resource: iam("user/anybody") }), false);
    }
  });

  it("stops a role without it, and one with another, and takes it off nobody", () => {
    const role = "srs-prod-ci-security-apply";
    const resource = iam("role/srs-prod-api-task");
    for (const action of [
      "iam:CreateRole",
      "iam:PutRolePolicy",
      "iam:AttachRolePolicy",
      "iam:PutRolePermissionsBoundary",
    ]) {
      const under = (policy: string) => ({ "iam:PermissionsBoundary": iam(`policy/${policy}`) });
      expect(allowed({ role, action, resource, context: under("srs-prod-permission-boundary") })).toBe(true);
      expect(allowed({ role, action, resource, context: under("srs-prod-wider") })).toBe(false);
      expect(allowed({ role, action, resource })).toBe(false);
    }
    everywhere(() => ({ action: "iam:DeleteRolePermissionsBoundary", resource }), false);
  });

  it("is changed by the security layer's pipeline alone", () => {
    const resource = iam("policy/srs-prod-permission-boundary");
    for (const action of ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"]) {
      const able = ROLES.filter((role) => allowed({ role, action, resource }));
      expect(able).toEqual(["srs-prod-ci-security-apply"]);
    }
  });

  it("keeps the roles of people out of reach", () => {
    for (const person of ["srs-key-admin", "srs-auditor", "srs-break-glass", "srs-bootstrap"]) {
      for (const action of ["iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:PassRole"]) {
        everywhere(() => ({ action, resource: iam(`role/${person}`) }), false);
      }
    }
  });

  it("lets nobody end the watch, and the security layer alone change what it looks at", () => {
    for (const action of [
      "cloudtrail:StopLogging",
      "cloudtrail:DeleteTrail",
      "config:StopConfigurationRecorder",
      "guardduty:DeleteDetector",
      "securityhub:DisableSecurityHub",
      "inspector2:Disable",
    ]) {
      everywhere(() => ({ action }), false);
    }
    for (const action of [
      "cloudtrail:PutEventSelectors",
      "guardduty:UpdateDetector",
      "config:PutConfigurationRecorder",
    ]) {
      expect(ROLES.filter((role) => allowed({ role, action }))).toEqual(["srs-prod-ci-security-apply"]);
    }
  });

  it("lets nobody lift a lock or end a key; where pull requests live, theirs end with them", () => {
    everywhere(() => ({ action: "s3:BypassGovernanceRetention" }), false);
    const ending = { action: "kms:ScheduleKeyDeletion", resource: KEY };
    everywhere(() => ({ ...ending, context: { "aws:ResourceTag/EnvironmentSuffix": "prod" } }), false);
    everywhere(() => ({ ...ending, context: { "aws:ResourceTag/EnvironmentSuffix": "pr123" } }), false);
    const dev = (suffix: string) => ({
      ...ending,
      role: "srs-dev-ci-security-apply",
      boundary: DEV,
      context: { "aws:ResourceTag/EnvironmentSuffix": suffix },
    });
    expect(allowed(dev("pr123"))).toBe(true);
    expect(allowed(dev("dev"))).toBe(false);
  });

  it("keeps every role in its Region, save for what has none", () => {
    const elsewhere = { context: { "aws:RequestedRegion": "eu-west-1" } };
    everywhere(() => ({ action: "kms:Decrypt", resource: KEY, ...elsewhere }), false);
    everywhere(
      () => ({ action: "s3:PutObject", resource: "arn:aws:s3:::srs-prod-audit-111111111111/x", ...elsewhere }),
      false,
    );
    const pipeline = "srs-prod-ci-compute-apply";
    expect(allowed({ role: pipeline, action: "route53:GetChange", ...elsewhere })).toBe(true);
    expect(allowed({ role: pipeline, action: "iam:GetRole", resource: iam("role/srs-prod-x"), ...elsewhere })).toBe(
      true,
    );
  });

  it("blinds previews to content, whatever their own policy says, and leaves them the state", () => {
    const preview = { role: "srs-prod-ci-data-plan" };
    const object = "arn:aws:s3:::srs-prod-archive-111111111111/x";
    for (const action of [
      "secretsmanager:GetSecretValue",
      "kinesis:GetRecords",
      "logs:GetLogEvents",
      "rds-db:connect",
    ]) {
      expect(allowed({ ...preview, action })).toBe(false);
    }
    expect(allowed({ ...preview, action: "s3:GetObject", resource: object })).toBe(false);
    expect(allowed({ ...preview, action: "kms:Decrypt", resource: KEY })).toBe(false);
    expect(allowed({ ...preview, action: "kms:Decrypt", resource: STATE_KEY })).toBe(true);
    const state = `arn:aws:s3:::srs-pulumi-state-${ACCOUNT}/.pulumi/meta.yaml`;
    expect(allowed({ ...preview, action: "s3:GetObject", resource: state })).toBe(true);
  });
});
