import { iamService } from "../../src/services/iam/index.ts";
import { policyFailures } from "../../src/services/iam/policy-checks.ts";
import { getPolicyDocument } from "../../src/services/iam/policy-rendering.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };

describe("policy documents", () => {
  it("pass when they are right, as text or object, and while they are unknown", () => {
    const condition = {
      Condition: {
        "ForAllValues:StringEqualsIfExists": { "aws:TagKeys": ["owner"] },
        Null: { "aws:TokenIssueTime": "true" },
      },
    };
    expect(policyFailures("policy", document(read, { ...read, ...condition }), { kind: "identity" })).toEqual([]);
    expect(policyFailures("policy", { Version: "2012-10-17", Statement: [trust] }, { kind: "trust" })).toEqual([]);
    expect(policyFailures("policy", UNKNOWN, { kind: "identity" })).toEqual([]);
  });

  it.each([
    ["no JSON", "not json", "not JSON"],
    ["an effect that is none", document({ ...read, Effect: "Maybe" }), "Effect"],
    ["an action without a service", document({ ...read, Action: "GetObject" }), "GetObject"],
    ["no resource", document({ Effect: "Allow", Action: "s3:GetObject" }), "Resource"],
    ["a principal where none belongs", document({ ...read, Principal: "*" }), "no Principal"],
    [
      "an operator that is none",
      document({ ...read, Condition: { StringEqual: { "aws:PrincipalArn": "x" } } }),
      "StringEqual",
    ],
    ["an element that is none", document({ ...read, Actions: [] }), "Actions"],
    ["an action that is none", document({ ...read, Action: "s3:GetObjekt" }), "Did you mean GetObject?"],
    [
      "a condition key that is none",
      document({ ...read, Condition: { StringEquals: { "aws:SourceAcount": "000000000000" } } }),
      "Did you mean aws:SourceAccount?",
    ],
    ["a resource that its action cannot have", document({ ...read, Resource: "arn:aws:s3:::bucket" }), "s3:GetObject"],
    ["one Sid twice", document({ ...read, Sid: "A" }, { ...read, Sid: "A" }), "unique"],
    ["more than 6144 characters", document(...Array.from({ length: 100 }, () => read)), "6144"],
  ])("are refused with %s", (_, policy, reason) => {
    const failures = policyFailures("policy", policy, { kind: "identity" });
    expect(failures.map((failure) => failure.reason).join()).toContain(reason);
  });

  it("say whether AWS itself refuses, or takes in silence what can never match", () => {
    const [misspelt] = policyFailures("policy", document({ ...read, Action: "s3:GetObjekt" }), { kind: "identity" });
    expect(misspelt?.reason).toContain("IAM itself would take this");
    const queue = { ...read, Principal: "*", Action: "s3:GetObject", Resource: "*" };
    const [scope] = policyFailures("policy", document(queue), { kind: "resource", service: "sqs" });
    expect(scope?.reason).toContain("Policy statement action out of service scope");
  });

  it("are rendered from arguments, a later statement replacing an earlier one of its Sid", async () => {
    const { json } = await getPolicyDocument.invoke(
      {
        sourcePolicyDocuments: [document({ ...read, Sid: "Read" }, { ...read, Sid: "Keep" })],
        statements: [
          {
            sid: "Read",
            actions: ["s3:GetObject", "s3:ListBucket"],
            resources: ["*"],
            principals: [{ type: "Service", identifiers: ["a.amazonaws.com"] }],
            conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["000000000000"] }],
          },
        ],
      },
      {} as never,
    );
    expect(JSON.parse(json as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Principal: { Service: "a.amazonaws.com" },
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
        },
        { ...read, Sid: "Keep" },
      ],
    });
  });
});

describe("roles", () => {
  const world = useRecordedAccount([iamService]);
  const ROLE = "aws:iam/role:Role";
  const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  const role = () => world.resources.create(ROLE, "api", { name: "api", assumeRolePolicy: document(trust) });

  it("have names of their own, and paths in their ARNs", async () => {
    const made = await world.resources.create(ROLE, "relay", {
      name: "relay",
      path: "/srs/",
      assumeRolePolicy: document(trust),
    });
    expect(made.outputs.arn).toBe("arn:aws:iam::000000000000:role/srs/relay");
    await role();
    await expect(role()).rejects.toThrow("EntityAlreadyExists");
  });

  it("take policies that exist, AWS's own included, and go only without them", async () => {
    const made = await role();
    await expect(
      world.resources.create(ATTACHMENT, "none", { role: "api", policyArn: "arn:aws:iam::000000000000:policy/none" }),
    ).rejects.toThrow("NoSuchEntity");
    const attachment = await world.resources.create(ATTACHMENT, "managed", {
      role: "api",
      policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
    await expect(world.resources.remove(made)).rejects.toThrow("DeleteConflict");
    await world.resources.remove(attachment);
    await world.resources.remove(made);
  });

  it("have inline policies that stay within the quota together", async () => {
    await role();
    const half = document(...Array.from({ length: 70 }, () => read));
    const put = (name: string) =>
      world.resources.create("aws:iam/rolePolicy:RolePolicy", name, { role: "api", name, policy: half });
    const first = await put("first");
    await expect(put("second")).rejects.toThrow("Maximum policy size of 10240 bytes exceeded for role api");
    await world.resources.remove(first);
    await put("second");
  });

  it("trust roles that exist, and any principal of another account", async () => {
    const trusting = (arn: string) => ({
      name: "trusting",
      assumeRolePolicy: document({ ...trust, Principal: { AWS: arn } }),
    });
    const missing = "arn:aws:iam::000000000000:role/none";
    await expect(world.resources.create(ROLE, "trusting", trusting(missing))).rejects.toThrow(
      `Invalid principal in policy: "AWS":"${missing}"`,
    );
    await world.resources.create(ROLE, "trusting", trusting("arn:aws:iam::111122223333:role/none"));
  });

  it("name a boundary that exists", async () => {
    const permissionsBoundary = "arn:aws:iam::000000000000:policy/boundary";
    const bounded = { name: "bounded", assumeRolePolicy: document(trust), permissionsBoundary };
    await expect(world.resources.create(ROLE, "bounded", bounded)).rejects.toThrow("NoSuchEntity");
    await world.resources.create("aws:iam/policy:Policy", "boundary", { name: "boundary", policy: document(read) });
    await world.resources.create(ROLE, "bounded", bounded);
  });
});
