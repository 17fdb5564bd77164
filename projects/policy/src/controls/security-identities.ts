/** Who may do what: policies, users that nobody makes, passwords, reviews. */
import { testsIn, type Control } from "./control.ts";

const baseline = testsIn("projects/security/test/account-baseline.test.ts");
const ceiling = testsIn("projects/security/test/permission-boundary.test.ts");
const everywhere = testsIn("projects/policy/test/identity-controls.test.ts");

const EVERYTHING = "allow nobody everything, of AWS or of a service";
const PASSWORDS = "ask for passwords as FSBP and CIS do";
const USERS = [
  "aws:iam/user:User",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/userLoginProfile:UserLoginProfile",
  "aws:iam/accessKey:AccessKey",
];

/** What holds because there is no user: the layers make none, and under the ceiling no role can. */
const withoutUsers = (number: number, says: string, standards: Control["standards"]): Control => ({
  id: `IAM.${number}`,
  says,
  standards,
  rules: ["SEC-47", "SEC-51"],
  where: { security: ["aws:iam/policy:Policy", "aws:iam/role:Role"] },
  never: USERS,
  policies: ["role-permission-boundary"],
  note: "People come by single sign-on, pipelines by tokens. A user made by hand outside the platform is Security Hub's to find.",
  held: [
    ...everywhere("belong to roles: no layer makes a user, a group or a key that lasts"),
    ...ceiling("stops every identity that lasts, in every role"),
  ],
});

const password = (number: number, says: string, standards: Control["standards"]): Control => ({
  id: `IAM.${number}`,
  says,
  standards,
  rules: ["SEC-15"],
  where: { security: ["aws:iam/accountPasswordPolicy:AccountPasswordPolicy"] },
  policies: ["required-resources"],
  held: baseline(PASSWORDS),
});

const LEFT_OUT = "The permission boundary is left out by the control itself: it is a ceiling and grants nothing.";

export const securityIdentities: readonly Control[] = [
  {
    id: "IAM.1",
    says: "No policy of ours allows everything",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-47", "SEC-50"],
    where: {
      security: ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy"],
      network: ["aws:iam/rolePolicy:RolePolicy"],
      data: ["aws:iam/rolePolicy:RolePolicy"],
      compute: ["aws:iam/rolePolicy:RolePolicy"],
    },
    policies: ["iam-no-wildcard-actions", "iam-no-wildcard-resources"],
    note: LEFT_OUT,
    held: everywhere("are there in every layer, managed and inline", EVERYTHING),
  },
  withoutUsers(2, "No policy hangs on a user", ["FSBP", "NIST", "CIS"]),
  withoutUsers(3, "No access key is older than 90 days", ["FSBP", "NIST", "CIS"]),
  {
    id: "IAM.4",
    says: "The root user has no access key",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-51"],
    people: "Whoever opens the account makes none. Use of the root user raises an alarm (CloudWatch.1).",
  },
  withoutUsers(5, "Nobody has a console password without a second factor", ["FSBP", "NIST", "CIS"]),
  {
    id: "IAM.6",
    says: "The root user has a hardware second factor",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["SEC-51"],
    people: "Whoever opens the account registers it, and keeps it where two people are needed to fetch it.",
  },
  password(7, "Passwords are long, mixed and short-lived", ["FSBP", "NIST"]),
  withoutUsers(8, "No credential lies unused for 90 days", ["FSBP", "NIST"]),
  password(15, "Passwords have at least 14 characters", ["CIS"]),
  password(16, "No password of the last 24 is used again", ["CIS"]),
  {
    id: "IAM.21",
    says: "No policy of ours allows a whole service",
    standards: ["FSBP", "NIST"],
    rules: ["SEC-50"],
    where: { security: ["aws:iam/policy:Policy"] },
    policies: ["iam-no-wildcard-actions"],
    note: LEFT_OUT,
    held: everywhere(EVERYTHING),
  },
  {
    id: "IAM.28",
    says: "An analyzer reports what can be reached from outside the account",
    standards: ["CIS"],
    rules: ["SEC-9", "SEC-44"],
    where: { security: ["aws:accessanalyzer/analyzer:Analyzer"] },
    policies: ["required-resources"],
    held: baseline("look at access from outside and at access that nobody used for 90 days"),
  },
];
