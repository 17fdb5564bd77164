import { evaluate, parsePolicy, type AccessRequest, type NamedPolicy, type Policies } from "../src/index.ts";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
const OBJECT = "arn:aws:s3:::bucket/o";

const policy = (name: string, ...Statement: object[]): NamedPolicy => ({
  name,
  document: parsePolicy({ Version: "2012-10-17", Statement }),
});
const everything = policy("everything", { Sid: "All", Effect: "Allow", Action: "*", Resource: "*" });
const ask = (change: Partial<AccessRequest> = {}): AccessRequest => ({
  principal: { kind: "role", arn: ROLE },
  action: "s3:GetObject",
  resource: OBJECT,
  context: {},
  ...change,
});
const allowed = (request: AccessRequest, policies: Partial<Policies>) =>
  evaluate(request, { identity: [], ...policies }).allowed;

describe("within one account", () => {
  const read = { Sid: "Read", Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::bucket/*" };
  const bucket = (Principal: unknown) => policy("bucket", { ...read, Principal });

  it("either kind of policy is enough, and neither is not", () => {
    expect(allowed(ask(), { identity: [policy("id", read)] })).toBe(true);
    expect(allowed(ask(), { resource: bucket({ AWS: ROLE }) })).toBe(true);
    expect(allowed(ask(), {})).toBe(false);
  });

  it("a resource's policy that names the account leaves it to the identity policies", () => {
    expect(allowed(ask(), { resource: bucket(ROOT) })).toBe(false);
    expect(allowed(ask(), { resource: bucket({ AWS: ACCOUNT }) })).toBe(false);
    expect(allowed(ask(), { resource: bucket(ROOT), identity: [policy("id", read)] })).toBe(true);
  });

  it("a boundary limits what identity policies give and what a role is given by name, not what everyone is given", () => {
    const boundary = policy("ceiling", { Effect: "Allow", Action: "sqs:*", Resource: "*" });
    expect(allowed(ask(), { boundary, identity: [everything] })).toBe(false);
    expect(allowed(ask(), { boundary, resource: bucket({ AWS: ROLE }) })).toBe(false);
    expect(allowed(ask(), { boundary, resource: bucket("*") })).toBe(true);
    expect(allowed(ask(), { boundary: everything, resource: bucket({ AWS: ROLE }) })).toBe(true);
  });

  it("an explicit deny wins wherever it stands", () => {
    const deny = { Sid: "No", Effect: "Deny", Action: "s3:*", Resource: "*" };
    const admitted = { identity: [everything], resource: bucket("*") };
    expect(allowed(ask(), admitted)).toBe(true);
    expect(allowed(ask(), { ...admitted, identity: [everything, policy("d", deny)] })).toBe(false);
    expect(allowed(ask(), { ...admitted, boundary: policy("d", { ...everything.document.Statement[0] }, deny) })).toBe(
      false,
    );
    expect(allowed(ask(), { ...admitted, resource: policy("d", { ...deny, Principal: ROOT }) })).toBe(false);
  });

  it("a deny for everybody except some lets a role through only when its account is named too", () => {
    const except = (names: string[]) =>
      policy("d", { Effect: "Deny", NotPrincipal: { AWS: names }, Action: "s3:*", Resource: "*" });
    expect(allowed(ask(), { identity: [everything], resource: except([ROLE, ROOT.AWS]) })).toBe(true);
    expect(allowed(ask(), { identity: [everything], resource: except([ROLE]) })).toBe(false);
  });
});

describe("across accounts", () => {
  it("both sides must allow, and naming the other account is enough of the resource's side", () => {
    const theirs = ask({ action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:444455556666:q" });
    const queue = policy("queue", { Effect: "Allow", Principal: ROOT, Action: "sqs:SendMessage", Resource: "*" });
    expect(allowed(theirs, { identity: [everything] })).toBe(false);
    expect(allowed(theirs, { resource: queue })).toBe(false);
    expect(allowed(theirs, { identity: [everything], resource: queue })).toBe(true);
  });
});

describe("a key's policy", () => {
  const decrypt = ask({
    action: "kms:Decrypt",
    resource: KEY,
    context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
  });
  const key = (statement: object) =>
    policy("key", { Sid: "Use", Effect: "Allow", Action: "kms:Decrypt", Resource: "*", ...statement });
  const onKey = (resource: NamedPolicy, identity: NamedPolicy[] = []) =>
    evaluate(decrypt, { identity, resource, resourceKind: "kms-key" });

  it("must let the caller in itself: an identity policy alone opens no key", () => {
    expect(onKey(key({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/other` } }), [everything]).allowed).toBe(false);
    expect(onKey(key({ Principal: { AWS: ROLE } })).allowed).toBe(true);
  });

  it("that names the account with a condition on the role needs the role's own policy besides", () => {
    const byPattern = key({
      Principal: ROOT,
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/read*` } },
    });
    expect(onKey(byPattern)).toMatchObject({ allowed: false, reason: "no-allow" });
    expect(onKey(byPattern, [everything])).toEqual({ allowed: true, by: ["everything/All", "key/Use"] });
    const other = key({
      Principal: ROOT,
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/write*` } },
    });
    expect(onKey(other, [everything]).allowed).toBe(false);
  });

  it("lets a service in by its name, and another one not", () => {
    const logs = key({ Principal: { Service: "logs.us-east-1.amazonaws.com" } });
    const by = (service: string) =>
      allowed({ ...decrypt, principal: { kind: "service", service } }, { resource: logs, resourceKind: "kms-key" });
    expect(by("logs.us-east-1.amazonaws.com")).toBe(true);
    expect(by("sns.amazonaws.com")).toBe(false);
  });
});

describe("a role's trust", () => {
  const assume = ask({ action: "sts:AssumeRole", resource: `arn:aws:iam::${ACCOUNT}:role/target` });
  const trust = (Principal: unknown) => policy("trust", { Effect: "Allow", Principal, Action: "sts:*" });
  const assumes = (principal: unknown, identity: NamedPolicy[]) =>
    allowed(assume, { identity, resource: trust(principal), resourceKind: "trust" });

  it("must name the caller or its account", () => {
    expect(assumes({ AWS: ROLE }, [])).toBe(true);
    expect(assumes(ROOT, [])).toBe(false);
    expect(assumes(ROOT, [everything])).toBe(true);
    expect(assumes({ Service: "ecs-tasks.amazonaws.com" }, [everything])).toBe(false);
  });

  it("admits an identity of the provider it names, when the token's claims hold", () => {
    const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
    const resource = policy("trust", {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:o/n:environment:prod" } },
    });
    const by = (sub: string) =>
      allowed(
        {
          ...assume,
          action: "sts:AssumeRoleWithWebIdentity",
          principal: { kind: "federated", provider },
          context: { "token.actions.githubusercontent.com:sub": sub },
        },
        { resource, resourceKind: "trust" },
      );
    expect(by("repo:o/n:environment:prod")).toBe(true);
    expect(by("repo:o/n:pull_request")).toBe(false);
  });
});

describe("a refusal", () => {
  const refusal = (policies: Partial<Policies>, request = ask()) => {
    const decision = evaluate(request, { identity: [], ...policies });
    return decision.allowed ? undefined : decision;
  };

  it("says in AWS's words who wanted what, and what is missing or in the way", () => {
    expect(refusal({})?.message).toContain(
      `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: ${OBJECT} because no identity-based policy allows the s3:GetObject action`,
    );
    const denying = policy("guard", { Sid: "NoReads", Effect: "Deny", Action: "s3:Get*", Resource: "*" });
    expect(refusal({ identity: [everything, denying] })).toMatchObject({
      reason: "explicit-deny",
      by: ["guard/NoReads"],
      message: expect.stringContaining("with an explicit deny in an identity-based policy (guard/NoReads)"),
    });
    const boundary = policy("ceiling", { Effect: "Allow", Action: "sqs:*", Resource: "*" });
    expect(refusal({ identity: [everything], boundary })).toMatchObject({ reason: "boundary", by: ["ceiling"] });
    expect(
      refusal({ identity: [everything], resourceKind: "kms-key" }, ask({ action: "kms:Decrypt", resource: KEY }))
        ?.message,
    ).toContain("no resource-based policy allows the kms:Decrypt action");
  });
});
