import { iamApi } from "../../src/services/iam/api.ts";
import { iamService } from "../../src/services/iam/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const document = (Action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "One", Effect: "Allow", Action, Resource: "*" }] });

describe("the API of IAM", () => {
  const world = useRecordedAccount([iamService]);

  const call = async (action: string, input: Record<string, string>) => {
    const body = Buffer.from(new URLSearchParams({ RoleName: "worker", PolicyName: "own", ...input }).toString());
    const request = { service: "iam", action, principalArn: "", method: "POST", path: "/", headers: {}, body };
    return iamApi(world.cloud)(request);
  };
  const policyNow = async () =>
    decodeURIComponent(
      /<PolicyDocument>(.*)<\/PolicyDocument>/.exec(String((await call("GetRolePolicy", {}))?.body))![1]!,
    );

  beforeEach(async () => {
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    await world.resources.create("aws:iam/role:Role", "worker", { name: "worker", assumeRolePolicy });
    const policy = document("xray:PutTraceSegments");
    await world.resources.create("aws:iam/rolePolicy:RolePolicy", "own", { role: "worker", name: "own", policy });
  });

  it("gives an inline policy and puts another in its place, which counts in the account", async () => {
    expect(String((await call("ListRolePolicies", {}))?.body)).toContain("<member>own</member>");
    expect(await policyNow()).toBe(document("xray:PutTraceSegments"));
    expect(await call("PutRolePolicy", { PolicyDocument: document("xray:PutTelemetryRecords") })).toMatchObject({
      status: 200,
    });
    expect(await policyNow()).toBe(document("xray:PutTelemetryRecords"));
    const [record] = world.cloud.account.ofType("aws:iam/rolePolicy:RolePolicy");
    expect(record?.inputs.policy).toBe(document("xray:PutTelemetryRecords"));
  });

  it("refuses what is no policy, and a policy that is not there", async () => {
    expect(await call("PutRolePolicy", { PolicyDocument: "{" })).toMatchObject({ status: 400 });
    expect(await call("GetRolePolicy", { PolicyName: "other" })).toMatchObject({ status: 404 });
  });
});
