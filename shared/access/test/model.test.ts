import { accessModel, askers, cellOf, mayDo } from "../src/index.ts";

const ACCOUNT = "111122223333";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Sid: string, Action: string | string[], Resource = "*") => ({ Sid, Effect: "Allow", Action, Resource });
const keyPolicy = policy({
  ...allow("Use", "kms:Decrypt"),
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
});

interface Given {
  readonly id?: string;
  readonly inputs?: object;
  readonly outputs?: object;
}
const resource = (type: string, name: string, { id = name, inputs = {}, outputs = {} }: Given) => ({
  urn: `urn:pulumi:prod::srs-security::srs:x:Parent$${type}::${name}`,
  type,
  custom: true,
  id,
  inputs: inputs as Record<string, unknown>,
  outputs: outputs as Record<string, unknown>,
});
const modelOf = (...resources: ReturnType<typeof resource>[]) =>
  accessModel({ security: { version: 3, deployment: { resources } } });

const role = resource("aws:iam/role:Role", "reader", {
  id: "srs-prod-reader",
  inputs: { name: "srs-prod-reader", assumeRolePolicy: policy() },
  outputs: { arn: `arn:aws:iam::${ACCOUNT}:role/srs-prod-reader` },
});
const key = resource("aws:kms/key:Key", "records", {
  id: "11111111-2222-4333-8444-555555555555",
  inputs: { policy: keyPolicy },
  outputs: { arn: KEY, policy: keyPolicy },
});
const inline = (text: string) =>
  resource("aws:iam/rolePolicy:RolePolicy", "reader", { inputs: { role: "srs-prod-reader", policy: text } });
const attachment = (policyArn: string) =>
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "reader", {
    inputs: { role: "srs-prod-reader", policyArn },
  });

describe("access model", () => {
  it("knows a role's inline policies, its attached ones and its boundary", () => {
    const ours = `arn:aws:iam::${ACCOUNT}:policy/srs-prod-ceiling`;
    const bounded = { ...role, inputs: { ...role.inputs, permissionsBoundary: ours } };
    const ceiling = resource("aws:iam/policy:Policy", "ceiling", {
      id: ours,
      inputs: { policy: policy(allow("Ceiling", "kms:*")) },
      outputs: { arn: ours },
    });
    const lambda = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
    const [found] = modelOf(bounded, ceiling, inline(policy(allow("Own", "kms:Decrypt"))), attachment(lambda)).roles;
    expect(found?.policies.map(({ name }) => name)).toEqual(["reader", "AWSLambdaVPCAccessExecutionRole"]);
    expect(found?.boundary?.document.Statement[0]?.Sid).toBe("Ceiling");
    expect(found?.notEvaluated).toEqual([]);
  });

  it("names what it cannot evaluate instead of leaving it out in silence", () => {
    const model = modelOf(role, attachment("arn:aws:iam::aws:policy/ReadOnlyAccess"), inline(UNKNOWN));
    expect(model.roles[0]?.policies).toEqual([]);
    expect(model.roles[0]?.notEvaluated).toEqual([
      "reader: not known before the deployment",
      "ReadOnlyAccess: not in the states",
    ]);
  });

  it("believes what was found at the last refresh before what the program asked for", () => {
    const opened = policy({ ...allow("OpenedByHand", "kms:*"), Principal: "*" });
    const [found] = modelOf({ ...key, outputs: { arn: KEY, policy: opened } }).resources;
    expect(found?.policy?.document.Statement[0]?.Sid).toBe("OpenedByHand");
  });

  it("finds a policy that is declared apart, by id, name or ARN", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "audit", {
      id: "srs-prod-audit",
      inputs: { bucket: "srs-prod-audit" },
    });
    const apart = resource("aws:s3/bucketPolicy:BucketPolicy", "anything", {
      inputs: { bucket: "srs-prod-audit", policy: policy({ ...allow("Apart", "s3:GetObject"), Principal: "*" }) },
    });
    const [found] = modelOf(role, bucket, apart).resources.filter(({ kind }) => kind === "bucket");
    expect(found).toMatchObject({ arn: "arn:aws:s3:::srs-prod-audit" });
    expect(found?.policy?.document.Statement[0]?.Sid).toBe("Apart");
  });

  it("gives a key the names that callers use", () => {
    const alias = resource("aws:kms/alias:Alias", "records", {
      inputs: { name: "alias/srs-prod-records", targetKeyId: "11111111-2222-4333-8444-555555555555" },
    });
    expect(modelOf(key, alias).resources[0]).toMatchObject({ name: "records", aliases: ["alias/srs-prod-records"] });
  });

  it("refuses states in which nothing has permissions, and says what to deploy", () => {
    expect(() => modelOf()).toThrow(/Deploy the security layer first/);
  });
});

describe("principals", () => {
  it("are the roles of the states, those that the policy names, and one that nobody names", () => {
    const named = policy(
      {
        ...allow("Later", "kms:Decrypt"),
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Condition: { ArnLike: { "aws:PrincipalArn": [`arn:aws:iam::${ACCOUNT}:role/srs-prod-consumer-*`] } },
      },
      { ...allow("Trail", "kms:GenerateDataKey*"), Principal: { Service: "cloudtrail.amazonaws.com" } },
    );
    const model = modelOf(role, { ...key, outputs: { arn: KEY, policy: named } });
    const found = askers(model, model.resources[0]).map(({ name, standing }) => `${standing}: ${name}`);
    expect(found).toEqual([
      "deployed: srs-prod-reader",
      "outside: srs-key-admin",
      "outside: srs-bootstrap",
      "outside: srs-auditor",
      "outside: srs-break-glass",
      "outside: srs-replay",
      "named: srs-prod-consumer-*",
      "service: cloudtrail.amazonaws.com",
      "stranger: any other administrator",
    ]);
  });

  it("that are not in the states are judged by the resource's policy alone", () => {
    const model = modelOf(role, key);
    const [guarded] = model.resources;
    const may = askers(model, guarded)
      .filter((asker) => mayDo(model, asker, "kms:Decrypt", KEY, guarded).possible)
      .map(({ name }) => name);
    // The account as a whole is admitted: everybody whose own policy allows it, but not the role that has none.
    expect(may).toContain("any other administrator");
    expect(may).not.toContain("srs-prod-reader");
  });
});

describe("an answer", () => {
  const answerFor = (keyText: string, ...policies: ReturnType<typeof resource>[]) => {
    const model = modelOf(role, { ...key, outputs: { arn: KEY, policy: keyText } }, ...policies);
    const [guarded] = model.resources;
    const [reader] = askers(model, guarded);
    return reader && cellOf(model, reader, ["kms:Decrypt"], KEY, guarded).answer;
  };

  it("is no, yes or unknown: a policy that is not known could say yes, but not against the key's own policy", () => {
    const closed = policy({
      ...allow("Nobody", "kms:DescribeKey"),
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    });
    expect(answerFor(keyPolicy)).toBe("no");
    expect(answerFor(keyPolicy, inline(policy(allow("Own", "kms:Decrypt"))))).toBe("yes");
    expect(answerFor(keyPolicy, inline(UNKNOWN))).toBe("unknown");
    expect(answerFor(closed, inline(UNKNOWN))).toBe("no");
  });
});
