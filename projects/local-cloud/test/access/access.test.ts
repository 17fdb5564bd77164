import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openAccess, type Access } from "../../src/access/index.ts";
import type { PassedEndpoint } from "../../src/network-path/place.ts";
import { OPERATOR_ARN } from "../../src/runtime/credentials.ts";
import { ACCOUNT, arnOf, json, KEY_ARN, Recorded } from "./calls.ts";

const SECRET = arnOf("secretsmanager", "secret:app/login-AbCdEf");
const STREAM = arnOf("kinesis", "stream/events");
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/ceiling`;
const READ = json("secretsmanager", "GetSecretValue", { SecretId: SECRET });
const WRITE = json("kinesis", "PutRecords", { StreamName: "events" });

const allow = (Sid: string, Action: string, Resource: string, more: object = {}) => ({
  ...{ Sid, Effect: "Allow", Action, Resource },
  ...more,
});
const readSecret = allow("ReadSecret", "secretsmanager:GetSecretValue", SECRET);
const throughSecrets = { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } };
const openSecret = allow("OpenSecret", "kms:Decrypt", KEY_ARN, { Condition: throughSecrets });

describe("a role's call", () => {
  let recorded: Recorded;
  let access: Access;
  beforeEach(async () => {
    recorded = new Recorded();
    access = openAccess(recorded.account, recorded.home);
    const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    await recorded.putKey({ Statement: [{ ...allow("Account", "kms:*", "*"), Principal: account }] });
    await recorded.put("secretsmanager/secret:Secret", SECRET, { name: "app/login", kmsKeyId: KEY_ARN }, SECRET);
    await recorded.put("kinesis/stream:Stream", STREAM, { name: "events" }, STREAM);
  });

  const role = (...statements: object[]) => recorded.putRole("api", statements);
  const onSecret = (statement: object) =>
    recorded.put("secretsmanager/secretPolicy:SecretPolicy", SECRET, {
      secretArn: SECRET,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
  const logged = (): string => readFileSync(join(recorded.home, "logs", "access.log"), "utf8");

  it("passes by its own policy, and without the statement it is refused by name and written down", async () => {
    const api = await role(readSecret, openSecret);
    expect(access.authorize(READ, api)).toBeUndefined();
    await role(openSecret);
    const message =
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/api/local-cloud is not authorized to perform: ` +
      `secretsmanager:GetSecretValue on resource: ${SECRET} because no identity-based policy allows the ` +
      "secretsmanager:GetSecretValue action (inline policy own)";
    expect(access.authorize(READ, api)).toEqual({ code: "AccessDeniedException", message, status: 400 });
    expect(logged()).toContain(`DENY ${message}`);
  });

  it("needs the key of what it reads as well, through the service and not by itself", async () => {
    const api = await role(readSecret);
    const refused = access.authorize(READ, api);
    expect(refused?.message).toMatch(/^Access to KMS is not allowed\. .*kms:Decrypt on resource: arn:aws:kms:/);
    await role(readSecret, openSecret);
    expect(access.authorize(READ, api)).toBeUndefined();
    const direct = json("kms", "Decrypt", { KeyId: KEY_ARN });
    expect(access.authorize(direct, api)?.message).toContain("kms:Decrypt");
  });

  it("is refused what the key's policy does not let in", async () => {
    await recorded.putKey({ Statement: [{ ...allow("Others", "kms:*", "*"), Principal: { AWS: "111122223333" } }] });
    const refused = access.authorize(READ, await role(readSecret, openSecret));
    expect(refused?.message).toContain("no resource-based policy allows the kms:Decrypt action (policy of key");
  });

  it("is refused what the resource's policy denies, and told the statement", async () => {
    await onSecret({ Sid: "Nobody", Effect: "Deny", Principal: "*", Action: "secretsmanager:*", Resource: "*" });
    const refused = access.authorize(READ, await role(readSecret, openSecret));
    expect(refused?.message).toContain("with an explicit deny in a resource-based policy");
    expect(refused?.message).toContain("/Nobody)");
  });

  it("ends at the permission boundary", async () => {
    const statement = allow("Ceiling", "kinesis:*", "*");
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await recorded.put("iam/policy:Policy", BOUNDARY, { name: "ceiling", policy }, BOUNDARY);
    const bounded = { permissionsBoundary: BOUNDARY };
    const write = allow("Write", "kinesis:PutRecords", STREAM);
    const api = await recorded.putRole("api", [readSecret, openSecret, write], bounded);
    expect(access.authorize(WRITE, api)).toBeUndefined();
    expect(access.authorize(READ, api)?.message).toContain("no permissions boundary allows");
  });

  it("passes a VPC endpoint only by the endpoint's policy, and carries its id", async () => {
    const api = await role(readSecret, openSecret);
    const passed: PassedEndpoint = { id: "vpce-1", type: "Interface", vpcId: "vpc-1", policy: undefined };
    const through = (statement: object) =>
      recorded.put("ec2/vpcEndpoint:VpcEndpoint", "vpce-1", {
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Principal: "*", ...statement }] }),
      });
    const ours = { Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT } } };
    await through(allow("Ours", "secretsmanager:GetSecretValue", "*", ours));
    // The key is used by the service, which does not come through our endpoint.
    expect(access.authorize(READ, api, passed)).toBeUndefined();
    await through(allow("Other", "secretsmanager:DescribeSecret", "*"));
    expect(access.authorize(READ, api, passed)?.message).toContain("no VPC endpoint policy allows");

    await through(allow("All", "*", "*"));
    const elsewhere = { StringNotEquals: { "aws:SourceVpce": "vpce-1" } };
    const inside = { Effect: "Deny", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" };
    await onSecret({ Sid: "InsideOnly", ...inside, Condition: elsewhere });
    expect(access.authorize(READ, api, passed)).toBeUndefined();
    expect(access.authorize(READ, api)?.message).toContain("InsideOnly");
  });

  it("is decided anew as soon as a policy changes", async () => {
    const api = await role();
    expect(access.authorize(WRITE, api)).toBeDefined();
    await role(allow("Write", "kinesis:PutRecords", STREAM));
    expect(access.authorize(WRITE, api)).toBeUndefined();
    await recorded.account.remove("urn:iam/role:Role::api", "api");
    expect(access.authorize(WRITE, api)?.message).toContain("the account has no such role");
  });

  it("is refused when nobody wrote down what it uses, and the operator's is not", async () => {
    const call = json("dynamodb", "GetItem", { TableName: "t" });
    expect(access.authorize(call, await role(allow("All", "*", "*")))?.message).toContain(
      "projects/local-cloud/src/access/actions/dynamodb.ts",
    );
    expect(access.authorize(call, OPERATOR_ARN)).toBeUndefined();
  });

  it("is told when a policy of AWS's own is attached whose text is not known", async () => {
    const policyArn = "arn:aws:iam::aws:policy/NeverHeardOf";
    const api = await role();
    await recorded.put("iam/rolePolicyAttachment:RolePolicyAttachment", "api-aws", { role: "api", policyArn });
    expect(access.authorize(READ, api)?.message).toContain(`Of ${policyArn} the text is not known here`);
  });

  it("counts the statements that let it pass, for the next start too", async () => {
    const api = await role(readSecret, openSecret);
    access.authorize(READ, api);
    access.authorize(READ, api);
    access.close();
    const counts = JSON.parse(readFileSync(join(recorded.home, "access", "exercised.json"), "utf8")) as unknown;
    expect(counts).toEqual({
      api: {
        "inline policy own/ReadSecret": 2,
        "inline policy own/OpenSecret": 2,
        [`policy of key ${KEY_ARN.slice(-36)}/Account`]: 2,
      },
    });
    const again = openAccess(recorded.account, recorded.home);
    again.authorize(READ, api);
    again.close();
    expect(readFileSync(join(recorded.home, "access", "exercised.json"), "utf8")).toContain(": 3");
  });
});

describe("a service's call", () => {
  it("takes a role that trusts it for this account, and no other", async () => {
    const recorded = new Recorded();
    const access = openAccess(recorded.account, recorded.home);
    const trust = (service: string) =>
      JSON.stringify({
        Statement: [
          {
            ...{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" },
            Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
          },
        ],
      });
    const arn = await recorded.putRole("task", [], { assumeRolePolicy: trust("ecs-tasks.amazonaws.com") });
    expect(access.trustRefusal(arn, "ecs-tasks.amazonaws.com")).toBeUndefined();
    expect(access.trustRefusal(arn, "lambda.amazonaws.com")).toContain("sts:AssumeRole");
    expect(access.trustRefusal(`${arn}-gone`, "ecs-tasks.amazonaws.com")).toContain("sts:AssumeRole");
  });

  it("reaches what lets it in by name", async () => {
    const recorded = new Recorded();
    const access = openAccess(recorded.account, recorded.home);
    const queue = arnOf("sqs", "letters");
    const rule = arnOf("events", "rule/one");
    const policy = JSON.stringify({
      Statement: [
        {
          ...{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" },
          ...{ Resource: queue, Condition: { ArnEquals: { "aws:SourceArn": rule } } },
        },
      ],
    });
    await recorded.put("sqs/queue:Queue", "http://queues/letters", {}, queue);
    await recorded.put("sqs/queuePolicy:QueuePolicy", "letters", { queueUrl: "http://queues/letters", policy });
    const send = [{ action: "sqs:SendMessage", resource: queue }];
    expect(access.serviceRefusal("events.amazonaws.com", rule, send)).toBeUndefined();
    expect(access.serviceRefusal("events.amazonaws.com", `${rule}-two`, send)).toContain("sqs:SendMessage");
  });
});
