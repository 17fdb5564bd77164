import { grammarFaults, parsePolicy, type PolicyKind } from "../src/index.ts";

const document = (...Statement: object[]) => parsePolicy({ Version: "2012-10-17", Statement });
const faults = (kind: PolicyKind, ...statements: object[]) => grammarFaults(document(...statements), kind);

const KEY = "arn:aws:kms:us-east-1:111122223333:key/*";
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const decrypt = { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY };
const when = (condition: object) => ({ ...decrypt, Condition: condition });

describe("a right policy has no fault", () => {
  it.each<[string, PolicyKind, object]>([
    ["an identity's", "identity", read],
    ["everything", "boundary", { Effect: "Allow", Action: ["kms:*", "ec2:*"], Resource: "*" }],
    ["everything but", "boundary", { Effect: "Deny", NotAction: ["iam:*"], Resource: "*" }],
    ["a wildcard that some action meets", "identity", { ...decrypt, Action: "kms:GenerateDataKey*" }],
    [
      "an action without a resource",
      "identity",
      { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    ],
    [
      "a bucket and its objects",
      "identity",
      { ...read, Action: ["s3:ListBucket", "s3:GetObject"], Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"] },
    ],
    ["a variable in the resource", "identity", { ...read, Resource: "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*" }],
    [
      "a key with a name in it",
      "identity",
      when({ StringLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*" } }),
    ],
    [
      "tags of principal and request",
      "identity",
      {
        Effect: "Allow",
        Action: "kms:CreateKey",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestTag/Team": "${aws:PrincipalTag/Team}" } },
      },
    ],
    [
      "a key in brackets",
      "identity",
      { ...read, Condition: { StringEquals: { "s3:ExistingObjectTag/class": "pii" } } },
    ],
    [
      "several values with their qualifier",
      "identity",
      when({
        "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["studentId", "purpose"] },
        Null: { "kms:EncryptionContext:studentId": "false" },
      }),
    ],
    [
      "an ARN key compared as text",
      "identity",
      when({ StringEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/x" } }),
    ],
    [
      "a service's trust",
      "trust",
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      },
    ],
    [
      "a provider's trust",
      "trust",
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:org/name:environment:prod",
            "token.actions.githubusercontent.com:job_workflow_ref":
              "org/name/.github/workflows/apply.yml@refs/heads/main",
          },
        },
      },
    ],
    [
      "a key's policy",
      "resource",
      {
        ...decrypt,
        Resource: "*",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        Action: "kms:CreateGrant",
      },
    ],
  ])("%s", (_, kind, statement) => {
    expect(faults(kind, statement)).toEqual([]);
  });
});

describe("a fault is named with its statement, its reason and what was meant", () => {
  it.each<[string, object, string]>([
    [
      "a misspelt action",
      { ...decrypt, Action: "kms:Decript" },
      'statement 1: "kms:Decript" is no action of kms. Did you mean Decrypt?',
    ],
    ["a misspelt service", { ...decrypt, Action: "kmz:Decrypt" }, "Did you mean kms?"],
    ["a wildcard that no action meets", { ...decrypt, Action: "kms:Decript*" }, "no action of kms"],
    [
      "a misspelt key of a service",
      when({ StringEquals: { "kms:ViaServices": "s3.us-east-1.amazonaws.com" } }),
      "Did you mean kms:ViaService?",
    ],
    ["a misspelt key of AWS", when({ StringEquals: { "aws:SourceAcount": "1" } }), "Did you mean aws:SourceAccount?"],
    [
      "a key that the action never brings",
      when({ StringEquals: { "s3:prefix": "x" } }),
      "no request of kms:Decrypt carries",
    ],
    ["an operator that is none", when({ StringEqual: { "aws:PrincipalArn": "x" } }), "Invalid Condition type"],
    ["Null with IfExists", when({ NullIfExists: { "aws:PrincipalArn": "true" } }), "Invalid Condition type"],
    ["an operator of another type", when({ NumericEquals: { "kms:ViaService": "1" } }), "cannot compare"],
    [
      "a number that is none",
      {
        ...decrypt,
        Action: "kms:ScheduleKeyDeletion",
        Condition: { NumericLessThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": "a week" } },
      },
      "not a number",
    ],
    [
      "several values without qualifier",
      when({ StringEquals: { "kms:EncryptionContextKeys": "studentId" } }),
      "needs ForAllValues",
    ],
    ["no ARN where one is compared", when({ ArnLike: { "aws:PrincipalArn": "role/x" } }), "six parts"],
    ["a wildcard taken literally", when({ StringEquals: { "kms:ViaService": "s3.*" } }), "StringLike"],
    ["a range compared as text", when({ StringEquals: { "aws:SourceIp": "10.0.0.0/8" } }), "IpAddress"],
    [
      "a resource of another kind",
      { ...decrypt, Resource: "arn:aws:kms:us-east-1:111122223333:alias/x" },
      "key/${KeyId}",
    ],
    [
      "objects for an action on buckets",
      { ...read, Action: "s3:ListBucket" },
      "Action does not apply to any resource(s) in statement: s3:ListBucket",
    ],
    ["a resource for an action that has none", { ...decrypt, Action: "kms:CreateKey" }, 'Resource must be "*"'],
    [
      "a resource beside one that applies",
      { ...read, Resource: ["arn:aws:s3:::bucket/*", "arn:aws:sqs:us-east-1:111122223333:q"] },
      "none that an action",
    ],
    ["no ARN as resource", { ...read, Resource: "bucket" }, "ARN format"],
    ["both elements", { ...read, NotAction: "s3:PutObject" }, "exactly one of Action"],
    ["an element that is none", { ...read, Actions: [] }, "no element"],
    ["a principal", { ...read, Principal: "*" }, "no Principal"],
    ["a Sid with a space", { ...read, Sid: "Read it" }, "alpha-numeric"],
  ])("%s", (_, statement, reason) => {
    expect(faults("identity", statement).join()).toContain(reason);
  });

  it.each<[string, object, string]>([
    [
      "another service's action",
      { Action: "s3:GetObject" },
      "AssumeRole policy may only specify STS AssumeRole actions",
    ],
    ["a wildcard in a principal", { Principal: { AWS: "arn:aws:iam::111122223333:role/srs-*" } }, "Invalid principal"],
    ["a service that is none", { Principal: { Service: "lambda" } }, "Invalid principal"],
    ["everybody but one", { Principal: undefined, NotPrincipal: { AWS: "111122223333" } }, "NotPrincipal in an Allow"],
    [
      "a claim that AWS does not read",
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "token.actions.githubusercontent.com:event_name": "push" } },
      },
      "no condition key",
    ],
  ])("of a trust policy: %s", (_, change, reason) => {
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "111122223333" }, ...change };
    expect(faults("trust", JSON.parse(JSON.stringify(trust)) as object).join()).toContain(reason);
  });

  it("of the whole: one Sid twice, no statement, a version that is none", () => {
    expect(faults("identity", { ...read, Sid: "A" }, { ...read, Sid: "A" }).join()).toContain("unique");
    expect(grammarFaults({ Version: "2012-10-17", Statement: [] }, "identity").join()).toContain("no statement");
    expect(grammarFaults({ ...document(read), Version: "2020-01-01" }, "identity").join()).toContain("2012-10-17");
  });

  it("says what IAM would take in silence, and is silent about what a resource's service does", () => {
    const misspelt = { ...decrypt, Action: "kms:Decript" };
    expect(faults("identity", misspelt).join()).toContain("IAM itself would take this");
    expect(faults("resource", { ...misspelt, Principal: "*", Resource: "*" }).join()).not.toContain("IAM itself");
    expect(faults("identity", { ...read, Resource: "bucket" }).join()).not.toContain("IAM itself");
  });
});

describe("the size of a policy", () => {
  const many = (count: number) => Array.from({ length: count }, () => read);
  it("is counted without white space, and bounded by what holds the policy", () => {
    expect(faults("identity", ...many(50))).toEqual([]);
    expect(faults("identity", ...many(100)).join()).toContain("Cannot exceed quota for PolicySize: 6144");
    expect(grammarFaults(document(...many(100)), "identity", { lengthMax: 10_240 })).toEqual([]);
    const spacious = { ...read, Condition: { StringLike: { "aws:UserAgent": "a b".repeat(10) } } };
    expect(grammarFaults(document(spacious), "identity", { lengthMax: 190 })).toEqual([]);
  });

  it("and its actions are of the one service that a resource's policy speaks of", () => {
    const other = { ...read, Principal: "*", Action: "sqs:SendMessage", Resource: "*" };
    expect(grammarFaults(document(other), "resource", { service: "sqs" })).toEqual([]);
    expect(grammarFaults(document(other), "resource", { service: "sns" }).join()).toContain("out of service scope");
  });
});

describe("a repository's policy", () => {
  const pull = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
  const ofEcr = (statement: object) => grammarFaults(document(statement), "resource", { service: "ecr" });

  it("names no resource, unlike every other", () => {
    expect(ofEcr(pull)).toEqual([]);
    expect(ofEcr({ ...pull, Resource: "*" })).toEqual([expect.stringContaining("has no Resource")]);
  });
});
