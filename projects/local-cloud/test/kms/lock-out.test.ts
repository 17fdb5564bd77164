import { UNKNOWN } from "../../src/resource-type.ts";
import { keyPolicyLockOut } from "../../src/services/kms/lock-out.ts";

const ACCOUNT = "arn:aws:iam::000000000000";
const root = { AWS: `${ACCOUNT}:root` };
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const admin = { Effect: "Allow", Principal: root, Action: ["kms:Put*", "kms:Describe*"], Resource: "*" };
const byRole = (...roles: string[]) => ({
  ArnLike: { "aws:PrincipalArn": roles.map((role) => `${ACCOUNT}:role/${role}`) },
});
const refusal = "will not allow you to update the key policy in the future";

describe("a key policy", () => {
  it.each<[string, object[]]>([
    ["its account", [admin]],
    ["a role by name", [{ ...admin, Principal: { AWS: `${ACCOUNT}:role/admin` } }]],
    ["roles by pattern", [{ ...admin, Condition: byRole("srs-*-ci-security-apply") }]],
    [
      "one role, although all others are denied",
      [
        { ...admin, Condition: byRole("admin") },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "kms:PutKeyPolicy",
          Resource: "*",
          Condition: { ArnNotLike: { "aws:PrincipalArn": [`${ACCOUNT}:role/admin`] } },
        },
      ],
    ],
    [
      "its account over TLS",
      [
        admin,
        {
          Effect: "Deny",
          Principal: "*",
          Action: "kms:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    ],
  ])("may be put that leaves it to %s", (_, statements) => {
    expect(keyPolicyLockOut(document(...statements))).toBeUndefined();
  });

  it.each<[string, object[]]>([
    ["nobody", [{ ...admin, Action: "kms:Decrypt" }]],
    ["another account", [{ ...admin, Principal: { AWS: "arn:aws:iam::111122223333:root" } }]],
    ["a service", [{ ...admin, Principal: { Service: "logs.us-east-1.amazonaws.com" } }]],
    ["those whom it denies", [admin, { Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*" }]],
    [
      "one role that another statement denies",
      [
        { ...admin, Condition: byRole("admin") },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "kms:Put*",
          Resource: "*",
          Condition: { ArnNotLike: { "aws:PrincipalArn": [`${ACCOUNT}:role/other`] } },
        },
      ],
    ],
  ])("is refused that leaves it to %s", (_, statements) => {
    expect(keyPolicyLockOut(document(...statements))).toContain(refusal);
  });

  it("passes while it is not known", () => {
    expect(keyPolicyLockOut(UNKNOWN)).toBeUndefined();
  });
});
